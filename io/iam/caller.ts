// Finds who signs the requests: GetCallerIdentity of STS, which needs no permission.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Caller } from '../../core/model/facts.ts'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { ask, IDENTITY } from './answers.ts'
import { type ClientOptions, configOf, TIMEOUT_MILLISECONDS } from './client-options.ts'
import { asOurs } from './iam-errors.ts'

/**
 * Asks STS who signs the requests, with the environment's credentials unless `options` has others.
 * @param onSent called when a request is under way: the time until the answer is free for other work
 * @throws IamThrottled, IamUnavailable, IamAnswerError, IamDenied, IamRefused
 */
export function makeCaller(options: ClientOptions, onSent?: () => void): () => Promise<Caller> {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options
  const sts = wholeAnswers(new STSClient({ ...configOf(options, 'STS'), retryMode: 'standard' }), timeoutMilliseconds)
  if (onSent !== undefined) {
    sts.middlewareStack.add(
      (next) => (request) => {
        const answer = next(request)
        onSent()
        return answer
      },
      { step: 'finalizeRequest', priority: 'low', name: 'onSent' },
    )
  }
  return () => asOurs('GetCallerIdentity', () => caller(sts))
}

async function caller(sts: STSClient): Promise<Caller> {
  const { Account, Arn } = await ask(sts, new GetCallerIdentityCommand({}), IDENTITY)
  const { accessKeyId } = await sts.config.credentials()
  const userName = /:user\/(?:.*\/)?([^/]+)$/.exec(Arn)?.[1] ?? null
  return { account: Account, arn: Arn, userName, accessKeyId, accountAlias: null, sourceKeyIds: [] }
}
