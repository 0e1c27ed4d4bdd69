// Who signs the requests, by GetCallerIdentity; and when its request is under way.
import { describe, expect, it } from '@jest/globals'
import { makeCaller } from '../../../io/iam/caller.ts'
import { type Answering, CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'
import '../no-backoff.ts'

const answering =
  (arn: string): Answering =>
  () => ({
    status: 200,
    body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account><UserId>AIDA</UserId><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    headers: { 'content-type': 'text/xml' },
  })
const BOB = 'arn:aws:iam::111122223333:user/bob'
const WHERE = { region: 'us-east-1', credentials: CREDENTIALS }

describe('the caller', () => {
  it.each([
    ['a user', BOB, 'bob'],
    ['a user under a path', 'arn:aws:iam::111122223333:user/team/a/bob', 'bob'],
    ['a role', 'arn:aws:sts::111122223333:assumed-role/keysweep/run', null],
    ['a role with the name of a user in it', 'arn:aws:sts::111122223333:assumed-role/a/:user', null],
    ['the root user', 'arn:aws:iam::111122223333:root', null],
  ])('is %s', async (_, arn, userName) => {
    const { url } = await startLoopbackAws(answering(arn))
    expect(await makeCaller({ attempts: 1, endpoint: url, ...WHERE })()).toEqual({
      ...{ account: '111122223333', arn, userName, accessKeyId: CREDENTIALS.accessKeyId },
      ...{ accountAlias: null, sourceKeyIds: [] },
    })
  })
})

describe('a request that is under way', () => {
  it('is reported after it is signed, before its answer', async () => {
    const happened: string[] = []
    const credentials = async () => {
      happened.push('credentials')
      return CREDENTIALS
    }
    const { url } = await startLoopbackAws((request) => {
      happened.push('received')
      return answering(BOB)(request)
    })
    const caller = makeCaller({ attempts: 1, endpoint: url, ...WHERE, credentials }, () => void happened.push('sent'))
    await caller()
    expect(happened.slice(0, 3)).toEqual(['credentials', 'sent', 'received'])
  })
  it('is reported for each attempt', async () => {
    const sent: string[] = []
    const { url } = await startLoopbackAws(() => ({ status: 500, body: '' }), answering(BOB))
    await makeCaller({ attempts: 2, endpoint: url, ...WHERE }, () => void sent.push('sent'))()
    expect(sent).toHaveLength(2)
  })
})
