// An IAM that answers every call with one error, to see what keysweep makes of it.
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { rejection } from '../demo/rejection.ts'
import { openLoopbackServer } from '../support/loopback-server.ts'

const CALLS: Record<string, (iam: Iam) => Promise<unknown>> = {
  GenerateCredentialReport: (iam) => iam.generateReport(),
  GetCredentialReport: (iam) => iam.getReport(),
  ListAccessKeys: (iam) => iam.listAccessKeys('bob'),
  GetAccessKeyLastUsed: (iam) => iam.lastUsed('AKIAIOSFODNN7EXAMPLE', 'bob'),
  ListUserTags: (iam) => iam.listTags('bob'),
  GetUser: (iam) => iam.user('bob'),
  UpdateAccessKey: (iam) => iam.setStatus('bob', 'AKIAIOSFODNN7EXAMPLE', 'Inactive'),
}

/** What the call of `action` rejects with when IAM answers with `code` and the HTTP `status`. */
export async function answerOf(action: string, code: string, status: number): Promise<unknown> {
  const call = CALLS[action]
  if (call === undefined) throw new TypeError(`${action} is not called here: expected one of ${Object.keys(CALLS)}`)
  const server = await openLoopbackServer((_, answer) => {
    answer.writeHead(status, { 'content-type': 'text/xml' }).end(errorXml(code))
  })
  try {
    const iam = makeIam({
      account: '111122223333',
      attempts: 1,
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'is not checked' },
    })
    return await rejection(call(iam))
  } finally {
    await server.stop()
  }
}

const errorXml = (code: string): string =>
  `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>As the model has it.</Message></Error><RequestId>1</RequestId></ErrorResponse>`
