// STS and IAM of a hub and its member accounts over loopback, answering by action. What a test puts in place of an answer is
// what is answered from then on.
import { type AwsAnswer, type AwsRequest, CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'

export const HUB = '111122223333'
export const MEMBER = '444455556666'
export const RUN = 'weekly-survey-444455556666'

export const xml = (action: string, result: string): AwsAnswer => ({
  status: 200,
  body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
  headers: { 'content-type': 'text/xml' },
})

export const failing =
  (status: number, code: string, message = `It is ${code}.`) =>
  (): AwsAnswer => ({
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    headers: { 'content-type': 'text/xml' },
  })

type Fields = URLSearchParams
export type Answer = (fields: Fields, request: AwsRequest) => AwsAnswer | null

/** The key id of the n-th session that STS made here. */
export const sessionKey = (n: number): string => `ASIASESSION${String(n).padStart(9, '0')}`

export interface MemberAws {
  url: string
  answers: Record<string, Answer>
  requests: { action: string; fields: Fields; request: AwsRequest; signedBy: string; scope: string }[]
  /** The actions, in order. */
  asked: () => string[]
}

/** @param expires when a session ends that is made now */
export async function startMemberAws(expires = () => new Date(Date.now() + 900_000)): Promise<MemberAws> {
  const requests: MemberAws['requests'] = []
  let sessions = 0
  const answers: MemberAws['answers'] = {
    AssumeRole: (fields) => {
      sessions += 1
      const arn = String(fields.get('RoleArn')).replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')
      return xml(
        'AssumeRole',
        `<AssumedRoleUser><Arn>${arn}/${fields.get('RoleSessionName')}</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${sessionKey(sessions)}</AccessKeyId><SecretAccessKey>secret-canary</SecretAccessKey><SessionToken>token-canary</SessionToken><Expiration>${expires().toISOString()}</Expiration></Credentials>`,
      )
    },
    GetCallerIdentity: () => identity(MEMBER),
    ListAccessKeys: () => xml('ListAccessKeys', '<AccessKeyMetadata/><IsTruncated>false</IsTruncated>'),
    UpdateAccessKey: () => xml('UpdateAccessKey', ''),
    GenerateCredentialReport: () => xml('GenerateCredentialReport', '<State>COMPLETE</State>'),
  }
  const { url } = await startLoopbackAws((request) => {
    const fields = new URLSearchParams(request.body)
    const action = fields.get('Action') ?? String(request.headers['x-amz-target'])
    const [, signedBy = '', scope = ''] =
      /Credential=(\w+)\/\d+\/([^,]+)/.exec(`${request.headers.authorization}`) ?? []
    requests.push({ action, fields, request, signedBy, scope })
    const answer = answers[action]
    if (answer === undefined) throw new TypeError(`No answer for ${action}`)
    return answer(fields, request)
  })
  return { url, answers, requests, asked: () => requests.map(({ action }) => action) }
}

export const identity = (account: string, who = 'assumed-role/keysweep-read/x'): AwsAnswer =>
  xml(
    'GetCallerIdentity',
    `<Account>${account}</Account><Arn>arn:aws:sts::${account}:${who}</Arn><UserId>AROA:x</UserId>`,
  )

export const ACCESS = { region: 'eu-west-1', credentials: CREDENTIALS }
