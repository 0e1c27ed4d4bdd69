// What stands between keysweep and moto's IAM, so that a run meets the IAM that AWS has: each bridge mends one thing in
// moto's answers. They belong to the tests; keysweep itself knows of none. docs/internals/emulators.md shows them as a table.

/** One call and its answer, on the wire. */
export interface Answered {
  action: string
  /** moto's answer, in XML. */
  xml: string
  now: Date
}

export interface Bridge {
  actions: string[]
  /** What it does to the answer, for docs/internals/emulators.md. */
  does: string
  /** How a run ends where it is missing; a test holds it to that, so that no bridge outlives its need. */
  without: string
  mend: (answered: Answered) => string
}

export type BridgeName = 'the time of making' | 'the root user'

export const BRIDGES: Record<BridgeName, Bridge> = {
  'the time of making': {
    actions: ['GetCredentialReport'],
    does: 'stamps the report with the time at which it is fetched',
    without: 'refused: the report is too old',
    mend: ({ xml, now }) => xml.replace(/(<GeneratedTime>).*?(<\/GeneratedTime>)/, `$1${inSeconds(now)}$2`),
  },
  'the root user': {
    actions: ['GetCredentialReport'],
    does: 'adds the row of a root user with an active key',
    without: 'the record does not highlight the root key',
    mend: ({ xml }) => mendReport(xml, ([header = '', ...rows]) => [header, rootRow(header, rows), ...rows]),
  },
}

const inSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`

/** The report is base64 inside the XML. */
function mendReport(xml: string, mend: (lines: string[]) => string[]): string {
  return xml.replace(/(<Content>)(.*?)(<\/Content>)/s, (_, open: string, content: string, close: string) => {
    const lines = Buffer.from(content, 'base64').toString().split('\n')
    return open + Buffer.from(mend(lines).join('\n')).toString('base64') + close
  })
}

const ROOT: Record<string, string> = {
  user: '<root_account>',
  user_creation_time: '2015-01-01T00:00:00+00:00',
  password_enabled: 'not_supported',
  mfa_active: 'true',
  access_key_1_active: 'true',
  access_key_1_last_rotated: '2015-01-01T00:00:00+00:00',
  access_key_2_active: 'false',
  cert_1_active: 'false',
  cert_2_active: 'false',
}

function rootRow(header: string, rows: string[]): string {
  const account = /arn:aws:iam::(\d{12}):/.exec(rows[0] ?? '')?.[1] ?? ''
  const root: Record<string, string> = { ...ROOT, arn: `arn:aws:iam::${account}:root` }
  return header
    .split(',')
    .map((column) => root[column] ?? 'N/A')
    .join(',')
}
