// What to do about common errors. The advice is printed after AWS's own message.
import { shownUrl } from '../core/texts/shown-url.ts'
import { CREDENTIAL_FAULTS, CREDENTIALS_MISSING } from '../io/aws/error-rows.ts'
import { IAM_ACTIONS, IN_APPLY_ONLY } from './iam-actions.ts'
import { inShell } from './render/answer-line.ts'

type Env = Record<string, string | undefined>

interface Advice {
  on: RegExp
  say: (message: string, env: Env) => string
}

const TABLE = {
  invokeApi: {
    on: /decision API at .*\bForbidden$/,
    say: () =>
      'Allow execute-api:Invoke on this method and path for your credentials. The API may also be in another account.',
  },
  allow: { on: /\b(AccessDenied|UnauthorizedOperation)/, say: missingPermission },
  mfa: {
    on: /CredentialsProviderError.*multi-factor authentication/,
    say: (_, env) =>
      `keysweep asks for no MFA code; the AWS CLI does. Run eval "$(aws configure export-credentials${ofProfile(env)} --format env)", then keysweep without --profile and AWS_PROFILE.`,
  },
  loginDenied: {
    on: /CredentialsProviderError.*CreateOAuth2Token/,
    say: () => 'Allow signin:CreateOAuth2Token for your identity.',
  },
  sso: {
    on: /(CredentialsProviderError|TokenProviderError).*(aws sso login|\bSSO session)/i,
    say: (_, env) => `Sign in with "aws sso login${ofProfile(env)}".`,
  },
  login: {
    on: /CredentialsProviderError.*(aws login|login_session|\breauthenticate\b|\/login\/cache\/)/i,
    say: (_, env) => `Sign in with "aws login${ofProfile(env)}".`,
  },
  signInAgain: {
    on: /(CredentialsProviderError|TokenProviderError).*expired/i,
    say: () => 'Sign in again, for example with "aws sso login" or "aws login".',
  },
  setCredentials: {
    on: new RegExp(CREDENTIALS_MISSING.join('|')),
    say: (_, env) =>
      env.AWS_PROFILE
        ? `Profile ${env.AWS_PROFILE} has no credentials. Run "aws configure list${ofProfile(env)}" to see its settings.`
        : 'Add --profile or set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with "aws login" or "aws sso login".',
  },
  copyCredentials: {
    on: /the credentials contain a line break/,
    say: () => 'Copy the access key and AWS_SESSION_TOKEN again, each as one line.',
  },
  expired: {
    on: /\bExpiredToken/,
    say: () => 'The credentials have expired. Sign in again, or assume the role again.',
  },
  clock: { on: /\bRequestExpired/, say: () => "Check this machine's clock. A signed request is valid for 15 minutes." },
  unknownKey: {
    on: /\b(InvalidClientTokenId|UnrecognizedClientException|MissingAuthenticationToken)/,
    say: () =>
      'AWS does not know this access key. It may be deleted, Inactive or from another partition, or AWS_SESSION_TOKEN is missing.',
  },
  wrongSecret: { on: /\b(SignatureDoesNotMatch|IncompleteSignature)/, say: () => 'The secret access key is wrong.' },
  setRegion: {
    on: /Region is missing/,
    say: () => 'Add --region us-east-1, or set AWS_REGION. IAM is the same in all Regions of a partition.',
  },
  wrongRegion: {
    on: /Region not accepted/,
    say: (_, env) => `Set ${variable('AWS_REGION', env)} to the name of a Region.`,
  },
  wrongHost: {
    on: /\b(ENOTFOUND|EAI_AGAIN)\b/,
    say: (message, env) => `Check ${variable('AWS_REGION', env)}, ${endpointFor(message, env)} and the network.`,
  },
  noAnswer: {
    on: /\b(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError|EPIPE|socket hang up)\b/,
    say: (message, env) => `The endpoint does not answer. Check ${endpointFor(message, env)} and the network.`,
  },
  wrongUrl: {
    on: /\bInvalid URL\b/,
    say: (message, env) => `Set ${endpointFor(message, env)} to a URL, such as http://127.0.0.1:4566.`,
  },
  endpointVariant: {
    on: /FIPS and custom endpoint|Dualstack and custom endpoint/,
    say: () => 'Use AWS_ENDPOINT_URL alone, or AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT without it.',
  },
  certificate: {
    on: /CERT|self.signed|certificate/i,
    say: () => 'A proxy may use a certificate of its own. Set NODE_EXTRA_CA_CERTS to a file of certificates to trust.',
  },
  notAws: {
    on: /unreadable answer|(GetCallerIdentity|s3:\S+): incomplete answer|NotFound: Unknown|Unknown: Unknown|XML parse error|is not valid JSON/,
    say: (message, env) =>
      `The answer is not from AWS. Check the network for a proxy or a sign-in page, and ${endpointFor(message, env)}.`,
  },
} satisfies Record<string, Advice>

/** By what it advises. The first entry that matches a message is used. */
export const ADVICE: Record<keyof typeof TABLE, Advice> = TABLE

/** One or more sentences of advice for an error message; null if there is none. */
export function adviceOn(message: string, env: Env): string | null {
  return (
    Object.values(ADVICE)
      .find(({ on }) => on.test(message))
      ?.say(message, env) ?? null
  )
}

/** The credentials error in a message, "ExpiredToken: ..."; null if there is none. A missing permission is not one. */
export function credentialFault(message: string): string | null {
  const at = message.search(CREDENTIALS)
  return at < 0 ? null : message.slice(at)
}

const CREDENTIALS = new RegExp(`\\b(${[...CREDENTIALS_MISSING, ...CREDENTIAL_FAULTS].join('|')})`)

/** " --profile work"; empty without a profile. */
const ofProfile = ({ AWS_PROFILE }: Env): string => (AWS_PROFILE ? ` --profile ${inShell(AWS_PROFILE)}` : '')

/** Text by which a message shows its service, and the service's id in the SDK's variable: AWS_ENDPOINT_URL_<id>. */
const SERVICES: [inMessage: RegExp, id: string][] = [
  [/\bGetCallerIdentity\b/, 'STS'],
  [/\bs3:/, 'S3'],
  [/\bLookupEvents\b/, 'CLOUDTRAIL'],
  [new RegExp(`\\b(${Object.keys(IAM_ACTIONS).join('|')})\\b`), 'IAM'],
  [/:states:|\bStep Functions\b/, 'SFN'],
]

/**
 * The variable that names the endpoint of the call in this message, with its value: the service's wins over the one of all
 * services. If the message names no service, all of these variables that are set.
 */
function endpointFor(message: string, env: Env): string {
  const id = SERVICES.find(([inMessage]) => inMessage.test(message))?.[1]
  const isFor = (name: string) =>
    id === undefined ? /^AWS_ENDPOINT_URL/.test(name) : name === `AWS_ENDPOINT_URL_${id}`
  const set = Object.keys(env).filter((name) => isFor(name) && env[name])
  return (set.length > 0 ? set.toSorted() : ['AWS_ENDPOINT_URL']).map((name) => variable(name, env)).join(', ')
}

/** "AWS_REGION (not set)" */
const variable = (name: string, env: Env): string => `${name} (${shownUrl(env[name] || 'not set')})`

export interface Denied {
  action: string
  /** The first message in which AWS denied the action. */
  message: string
}

/** The actions that were denied in these messages, each once; once more if some were denied explicitly and others not. */
export function deniedActions(messages: string[]): Denied[] {
  const denied = messages.map((message) => ({ action: deniedAction(message), message })).filter(isDenied)
  const kinds = Map.groupBy(denied, ({ action, message }) => `${action} ${isExplicit(message)}`)
  return [...kinds.values()].flatMap(([first]) => first ?? [])
}

const isDenied = (one: { action: string | null; message: string }): one is Denied => one.action !== null

const isExplicit = (message: string): boolean => message.includes('explicit deny')

/** The statement that allows the action. For an explicit deny, such as a service control policy's: that no Allow helps. */
export function remedyFor({ action, message }: Denied, allow: (statement: string) => string): string {
  if (isExplicit(message)) return `An explicit Deny of ${action} applies. An Allow cannot override it.`
  return allow(statementFor(action, message))
}

function deniedAction(message: string): string | null {
  if (!/\b(AccessDenied|UnauthorizedOperation)/.test(message)) return null
  const named = /not authorized to perform: (\w+:\w+)/.exec(message)?.[1]
  const called = Object.keys(IAM_ACTIONS).find((action) => new RegExp(`\\b${action}\\b`).test(message))
  return named ?? (called === undefined ? null : `iam:${called}`)
}

function missingPermission(message: string): string {
  const action = deniedAction(message)
  if (action === null) return 'A permission is missing.'
  const plan = action.startsWith('iam:') ? `. Plan mode needs ${readActions()}.` : ''
  return remedyFor(
    { action, message },
    (statement) => `To allow ${action}, add this statement to a policy: ${statement}${plan}`,
  )
}

/** The smallest statement that allows the action on the resource, or in the account, that AWS's message names. */
function statementFor(action: string, message: string): string {
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
