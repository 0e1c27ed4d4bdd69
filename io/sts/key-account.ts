// The account that an access key belongs to: GetAccessKeyInfo of STS knows it of every key, in whichever account it is.
import { GetAccessKeyInfoCommand, STSClient } from '@aws-sdk/client-sts'
import { IamDenied, IamRefused, NoSuchEntity } from '../../core/model/errors.ts'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { ask, KEY_ACCOUNT } from '../iam/answers.ts'
import { type ClientOptions, configOf, TIMEOUT_MILLISECONDS } from '../iam/client-options.ts'
import { asOurs } from '../iam/iam-errors.ts'

/** A person waits for it. */
const ATTEMPTS = 2

/** The answers of STS that mean: it does not say. It may be denied, or know no such key. */
const SAYS_NOTHING = [IamDenied, IamRefused, NoSuchEntity]

/**
 * It says nothing of the key's status, nor whether the key still exists (STS API Reference).
 * @returns null if STS does not say @throws IamThrottled, IamUnavailable, IamAnswerError
 */
export async function readKeyAccount(accessKeyId: string, access: Partial<ClientOptions> = {}): Promise<string | null> {
  const options = { attempts: ATTEMPTS, ...access }
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options
  const sts = wholeAnswers(new STSClient({ ...configOf(options), retryMode: 'standard' }), timeoutMilliseconds)
  const command = new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId })
  try {
    return (await asOurs(`GetAccessKeyInfo of ${accessKeyId}`, () => ask(sts, command, KEY_ACCOUNT))).Account
  } catch (error) {
    if (SAYS_NOTHING.some((Class) => error instanceof Class)) return null
    throw error
  }
}
