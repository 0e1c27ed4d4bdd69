// The objects of the run store that each function reads and writes, read off its code, those that it rarely comes to included:
// held to its role and to the bucket's policy. function-calls.test.ts has what functions ask of every service.
import { ACCOUNT, BUCKET } from './resolved.ts'

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
const TOKEN = `${BUCKET}/tokens/runs/${RUN}/000001`
const ORGANIZATION_TOKEN = `${BUCKET}/tokens/orgs/${RUN}/000001`

const need = (action: string, ...resources: string[]): Need[] => resources.map((resource) => ({ action, resource }))
const get = (...objects: string[]) => need('s3:GetObject', ...objects)
/** A write that finds its object there reads it. */
const put = (...objects: string[]) => [...need('s3:PutObject', ...objects), ...get(...objects)]
const list = need('s3:ListBucket', BUCKET)

const TRACES = keys('intent', 'intent-2', 'refused-1', 'outcome')

const CALLS: Record<string, Need[]> = {
  StartRun: [...list, ...get(...runs('record.json'), ...ORGANIZATION_RUN), ...put(...runs('input.json'))],
  GenerateReport: [...list, ...get(...runs('input.json'))],
  ParseReport: [...list, ...get(...runs('input.json')), ...put(...runs('report.csv', 'suspects.json'))],
  CheckSuspects: [
    ...list,
    ...get(...runs('input.json', 'suspects.json'), ...keys('intent', 'outcome')),
    ...put(...runs('verdicts/0.json'), ...keys('seen')),
  ],
  ReadKeyEvents: [...list, ...get(...runs('input.json')), ...put(...runs('events/0.json', 'events/1.json'))],
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
  AskForApproval: [...list, ...get(...runs('input.json', 'plan.json', 'decision.json')), ...put(TOKEN)],
  ReadDecision: [
    ...list,
    ...get(...runs('input.json', 'plan.json', 'events/0.json')),
    ...put(...runs('decision.json')),
  ],
  DeactivateKey: [
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
  ],
  StartOrganizationRun: [
    ...list,
    ...get(...orgs('record'), `${BUCKET}/runs/org-1-change-444455556666/input.json`),
    ...put(...orgs('input', 'accounts')),
  ],
  ListAccounts: [...list, ...get(...orgs('input')), ...put(...orgs('accounts'))],
  MakeOrganizationPlan: [
    ...list,
    ...get(...orgs('input', 'accounts'), ...runs('input.json', 'suspects.json', 'plan.json', 'record.json')),
    ...put(...orgs('plan')),
  ],
  AskForOrganizationApproval: [...list, ...get(...orgs('input', 'plan', 'decision')), ...put(ORGANIZATION_TOKEN)],
  ReadOrganizationDecision: [...list, ...get(...orgs('input', 'plan')), ...put(...orgs('decision'))],
  WriteOrganizationRecord: [
    ...list,
    ...get(...orgs('input', 'accounts', 'plan', 'decision'), ...runs('input.json', 'record.json')),
    ...put(...orgs('record')),
  ],
  CountWaiting: [...list, ...get(...runs('plan.json', 'decision.json'), ...ORGANIZATION_RUN.slice(2, 4))],
  Decide: [
    ...list,
    ...get(...runs('input.json', 'plan.json', 'record.json'), ...orgs('input', 'plan', 'record')),
    ...get(TOKEN, ORGANIZATION_TOKEN),
    ...put(...runs('decision.json'), ...orgs('decision')),
  ],
}

/** By function. */
export const NEEDS: [string, Need[]][] = Object.entries(CALLS)
