// What to do about the errors that a user meets in the first week: the sentence that goes after AWS's own words.
import { IAM_ACTIONS, IN_APPLY_ONLY } from './iam-actions.ts'

type Env = Record<string, string | undefined>

interface Advice {
  on: RegExp
  say: (message: string, env: Env) => string
}

const ADVICE: Advice[] = [
  {
    on: /decision API at .*\bForbidden$/,
    say: () => 'execute-api:Invoke is missing for this method and path, or the API belongs to another account',
  },
  { on: /\b(AccessDenied|UnauthorizedOperation)/, say: missingPermission },
  {
    on: /(CredentialsProviderError|TokenProviderError).*expired/i,
    say: () => 'sign in again, for example with "aws sso login"',
  },
  {
    on: /CredentialsProviderError|TokenProviderError/,
    say: (_, env) =>
      env.AWS_PROFILE
        ? `the profile ${env.AWS_PROFILE} gives none: "aws configure list" shows what it says`
        : 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with "aws sso login"',
  },
  {
    on: /the credentials contain a line break/,
    say: () => 'copy AWS_SESSION_TOKEN, or the access key, once more: in one line',
  },
  { on: /\bExpiredToken/, say: () => 'the credentials have expired: sign in again, or assume the role again' },
  { on: /\bRequestExpired/, say: () => "this machine's clock may be wrong: requests are good for 15 minutes" },
  {
    on: /\b(InvalidClientTokenId|UnrecognizedClientException|MissingAuthenticationToken)/,
    say: () =>
      'AWS does not know this access key: it may be deleted, Inactive or of another partition, or AWS_SESSION_TOKEN is missing',
  },
  { on: /\b(SignatureDoesNotMatch|IncompleteSignature)/, say: () => 'the secret access key is not the right one' },
  {
    on: /Region is missing/,
    say: () => 'set AWS_REGION, for example to us-east-1: IAM is the same in all Regions of a partition',
  },
  { on: /Region not accepted/, say: (_, env) => `set AWS_REGION to a Region's name, ${received('AWS_REGION', env)}` },
  {
    on: /\b(ENOTFOUND|EAI_AGAIN)\b/,
    say: (_, env) =>
      `check that AWS_REGION names a Region that exists, that AWS_ENDPOINT_URL is right, and the network; ${received('AWS_REGION', env)}, ${received('AWS_ENDPOINT_URL', env)}`,
  },
  {
    on: /\b(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError|EPIPE|socket hang up)\b/,
    say: (_, env) =>
      `the endpoint does not answer: check AWS_ENDPOINT_URL and the network; ${received('AWS_ENDPOINT_URL', env)}`,
  },
  {
    on: /\bInvalid URL\b/,
    say: (_, env) =>
      `AWS_ENDPOINT_URL is to be an address, such as http://127.0.0.1:4566; ${received('AWS_ENDPOINT_URL', env)}`,
  },
  {
    on: /FIPS and custom endpoint|Dualstack and custom endpoint/,
    say: () => 'use either AWS_ENDPOINT_URL, or AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT',
  },
  {
    on: /CERT|self.signed|certificate/i,
    say: () => 'a proxy may be in between: NODE_EXTRA_CA_CERTS names a file of certificates to trust',
  },
  {
    on: /unreadable answer|(GetCallerIdentity|s3:\S+): incomplete answer|NotFound: Unknown|Unknown: Unknown|XML parse error|is not valid JSON/,
    say: (_, env) =>
      `something other than AWS answered: a proxy, a sign-in page, or a wrong AWS_ENDPOINT_URL; ${received('AWS_ENDPOINT_URL', env)}`,
  },
]

/** What to do about an error with this message, or null where there is nothing to add. */
export function adviceOn(message: string, env: Env): string | null {
  return ADVICE.find(({ on }) => on.test(message))?.say(message, env) ?? null
}

/** The fault of the credentials that a message tells of, "ExpiredToken: ..."; null where it is another, such as a permission. */
export function credentialFault(message: string): string | null {
  const at = message.search(CREDENTIALS)
  return at < 0 ? null : message.slice(at)
}

const CREDENTIALS =
  /\b(CredentialsProviderError|TokenProviderError|ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|MissingAuthenticationToken|SignatureDoesNotMatch|IncompleteSignature)/

const received = (name: string, env: Env): string => (env[name] ? `${name} is ${env[name]}` : `${name} is not set`)

/** Every access that was denied among these messages: each action once. */
export function deniedActions(messages: string[]): string[] {
  return [...new Set(messages.flatMap((message) => deniedAction(message) ?? []))]
}

function deniedAction(message: string): string | null {
  if (!/\b(AccessDenied|UnauthorizedOperation)/.test(message)) return null
  const named = /not authorized to perform: (\w+:\w+)/.exec(message)?.[1]
  const called = Object.keys(IAM_ACTIONS).find((action) => new RegExp(`\\b${action}\\b`).test(message))
  return named ?? (called === undefined ? null : `iam:${called}`)
}

function missingPermission(message: string): string {
  const action = deniedAction(message)
  if (action === null) return 'a permission is missing'
  if (/explicit deny/.test(message)) return `an explicit deny of ${action} stands in the way, which no Allow can lift`
  const plan = action.startsWith('iam:') ? ` (plan mode needs ${readActions()})` : ''
  return `${action} is missing: ${statementFor(action, message)} would do${plan}`
}

/** The smallest statement that allows the action, for the resource or the account that AWS's own sentence names. */
export function statementFor(action: string, message: string): string {
  const named = /on resource: (arn:\S+)/.exec(message)?.[1]
  if (!action.startsWith('iam:')) return JSON.stringify({ Effect: 'Allow', Action: action, Resource: named ?? '*' })
  const [, partition, account] = /arn:(aws[\w-]*):(?:iam|sts)::(\d{12}):/.exec(message) ?? []
  const ofUsers = IAM_ACTIONS[action.replace('iam:', '')] === 'user' && account !== undefined
  const Resource = ofUsers ? `arn:${partition}:iam::${account}:user/*` : '*'
  return JSON.stringify({ Effect: 'Allow', Action: action, Resource })
}

const readActions = (): string =>
  Object.keys(IAM_ACTIONS)
    .filter((action) => !IN_APPLY_ONLY.includes(action))
    .map((action) => `iam:${action}`)
    .join(', ')
