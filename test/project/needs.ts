// What each function asks of AWS, read off its code: held to its role by the simulator. A call that is not here is one
// that the role must not allow.
import { ACCOUNT, ALARM_TOPIC, BUCKET, BUS, logGroupArn, MACHINE, ORGANIZATION_MACHINE, TOPIC } from './resolved.ts'

export interface Need {
  action: string
  resource: string
}

export const RUN = '20260911T120000Z-1f2e3d4c'
export const KEY = 'AKIAIOSFODNN7EXAMPLE'
export const USER = `arn:aws:iam::${ACCOUNT}:user/people/jane`

const runs = (...names: string[]) => names.map((name) => `${BUCKET}/runs/${RUN}/${name}`)
/** Of an organization run, that its runs in accounts are held against. */
const ORGANIZATION_RUN = ['input', 'accounts', 'plan', 'decision', 'record'].map(
  (name) => `${BUCKET}/orgs/${RUN}/${name}.json`,
)
const orgs = (...names: string[]) => names.map((name) => `${BUCKET}/orgs/${RUN}/${name}.json`)
const keys = (...names: string[]) => names.map((name) => `${BUCKET}/keys/${KEY}/${RUN}.${name}.json`)
const EXECUTION = `${MACHINE.replace(':stateMachine:', ':execution:')}:${RUN}`
const ORGANIZATION_EXECUTION = `${ORGANIZATION_MACHINE.replace(':stateMachine:', ':execution:')}:${RUN}`
const TOKEN = `${BUCKET}/tokens/runs/${RUN}/000001`
const ORGANIZATION_TOKEN = `${BUCKET}/tokens/orgs/${RUN}/000001`

const need = (action: string, ...resources: string[]): Need[] => resources.map((resource) => ({ action, resource }))
const get = (...objects: string[]) => need('s3:GetObject', ...objects)
/** A write that finds its object there reads it. */
const put = (...objects: string[]) => [...need('s3:PutObject', ...objects), ...get(...objects)]
const list = need('s3:ListBucket', BUCKET)
const iam = (...actions: string[]) => actions.flatMap((action) => need(`iam:${action}`, USER))

/** A role in a member account. */
const assume = (use: string) => need('sts:AssumeRole', `arn:aws:iam::444455556666:role/keysweep-${use}`)

const FACTS = iam('ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags')
const TRACES = keys('intent', 'intent-2', 'refused-1', 'outcome')

const CALLS: Record<string, Need[]> = {
  StartRun: [
    ...list,
    ...get(...runs('record.json'), ...ORGANIZATION_RUN),
    ...put(...runs('input.json')),
    ...need('sns:ListSubscriptionsByTopic', TOPIC),
    ...need('states:DescribeExecution', EXECUTION),
    ...need('states:ListExecutions', MACHINE),
  ],
  GenerateReport: [
    ...need('iam:GenerateCredentialReport', '*'),
    ...assume('read'),
    ...list,
    ...get(...runs('input.json')),
  ],
  ParseReport: [
    ...need('iam:GetCredentialReport', '*'),
    ...assume('read'),
    ...list,
    ...get(...runs('input.json')),
    ...put(...runs('report.csv', 'suspects.json')),
  ],
  CheckSuspects: [
    ...FACTS,
    ...assume('read'),
    ...list,
    ...get(...runs('input.json', 'suspects.json'), ...keys('intent', 'outcome')),
    ...put(...runs('verdicts/0.json'), ...keys('seen')),
  ],
  ReadKeyEvents: [
    ...need('cloudtrail:LookupEvents', '*'),
    ...assume('read'),
    ...list,
    ...get(...runs('input.json')),
    ...put(...runs('events/0.json', 'events/1.json')),
  ],
  MakePlan: [
    ...list,
    ...get(...runs('input.json', 'suspects.json', 'verdicts/0.json', 'verdicts/500.json', 'events/0.json')),
    ...put(...runs('plan.json')),
  ],
  TakeStoredPlan: [
    ...list,
    ...get(...runs('input.json', 'suspects.json', 'report.csv', 'decision.json'), ...ORGANIZATION_RUN),
    ...put(...runs('plan.json')),
  ],
  AskForApproval: [
    ...list,
    ...get(...runs('input.json', 'plan.json', 'decision.json')),
    ...put(TOKEN),
    ...need('sns:Publish', TOPIC),
  ],
  ReadDecision: [
    ...list,
    ...get(...runs('input.json', 'plan.json', 'events/0.json')),
    ...put(...runs('decision.json')),
  ],
  DeactivateKey: [
    ...FACTS,
    ...iam('GetUser', 'UpdateAccessKey'),
    ...assume('deactivate'),
    ...list,
    ...get(...runs('input.json', 'plan.json', 'decision.json', 'events/0.json'), ...ORGANIZATION_RUN),
    ...put(...TRACES, ...keys('seen')),
  ],
  NoteFailure: [...list, ...get(...runs('input.json'), ...TRACES), ...put(...keys('outcome'))],
  PlanUndo: [
    ...list,
    ...get(...runs('input.json', 'plan.json', 'record.json')),
    ...put(...runs('undo.json'), ...keys('undone')),
  ],
  ReactivateKey: [
    ...iam('ListAccessKeys', 'UpdateAccessKey'),
    ...assume('reactivate'),
    ...list,
    ...get(...runs('input.json', 'plan.json', 'decision.json', 'undo.json'), ...keys('seen')),
    ...put(...TRACES),
  ],
  WriteRecord: [
    ...list,
    ...get(...runs('input.json', 'report.csv', 'suspects.json', 'verdicts/0.json', 'events/0.json')),
    ...get(...runs('plan.json', 'decision.json', 'undo.json')),
    ...get(...TRACES, ...keys('seen', 'undone')),
    ...put(...runs('record.json')),
    ...need('states:DescribeExecution', EXECUTION),
    ...need('sns:Publish', TOPIC),
    ...need('events:PutEvents', BUS),
  ],
  StartOrganizationRun: [
    ...list,
    ...get(...orgs('record'), `${BUCKET}/runs/org-1-change-444455556666/input.json`),
    ...put(...orgs('input', 'accounts')),
    ...need('sns:ListSubscriptionsByTopic', TOPIC),
    ...need('states:DescribeExecution', ORGANIZATION_EXECUTION),
    ...need('states:ListExecutions', ORGANIZATION_MACHINE),
  ],
  ListAccounts: [
    ...need('organizations:DescribeOrganization', '*'),
    ...need('organizations:ListAccounts', '*'),
    ...need('organizations:ListTagsForResource', `arn:aws:organizations::${ACCOUNT}:account/o-a1b2c3d4e5/444455556666`),
    ...list,
    ...get(...orgs('input')),
    ...put(...orgs('accounts')),
  ],
  MakeOrganizationPlan: [
    ...list,
    ...get(...orgs('input', 'accounts'), ...runs('input.json', 'suspects.json', 'plan.json', 'record.json')),
    ...put(...orgs('plan')),
  ],
  AskForOrganizationApproval: [
    ...list,
    ...get(...orgs('input', 'plan', 'decision')),
    ...put(ORGANIZATION_TOKEN),
    ...need('sns:Publish', TOPIC),
  ],
  ReadOrganizationDecision: [...list, ...get(...orgs('input', 'plan')), ...put(...orgs('decision'))],
  WriteOrganizationRecord: [
    ...list,
    ...get(...orgs('input', 'accounts', 'plan', 'decision'), ...runs('input.json', 'record.json')),
    ...put(...orgs('record')),
    ...need('states:DescribeExecution', ORGANIZATION_EXECUTION),
    ...need('sns:Publish', TOPIC),
    ...need('events:PutEvents', BUS),
  ],
  CountWaiting: [
    ...list,
    ...get(...runs('plan.json', 'decision.json'), ...ORGANIZATION_RUN.slice(2, 4)),
    ...need('states:ListExecutions', MACHINE, ORGANIZATION_MACHINE),
    ...need('sns:ListSubscriptionsByTopic', TOPIC, ALARM_TOPIC),
  ],
  Decide: [
    ...list,
    ...get(...runs('input.json', 'plan.json', 'record.json'), ...orgs('input', 'plan', 'record')),
    ...get(TOKEN, ORGANIZATION_TOKEN),
    ...put(...runs('decision.json'), ...orgs('decision')),
    ...need('states:SendTaskSuccess', '*'),
  ],
}

/** By function. Every one of them writes a log. */
export const NEEDS: [string, Need[]][] = Object.entries(CALLS).map(([name, calls]) => [
  name,
  [
    ...calls,
    ...need('logs:CreateLogStream', `${logGroupArn(name).slice(0, -1)}log-stream:2026`),
    ...need('logs:PutLogEvents', `${logGroupArn(name).slice(0, -1)}log-stream:2026`),
  ],
])
