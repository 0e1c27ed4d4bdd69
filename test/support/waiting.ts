// A run that waits for an answer, as the store holds it, and requests as API Gateway hands them on.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { ReportSlot } from '../../core/model/facts.ts'
import type { PlannedKey } from '../../core/model/verdict.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { type RunStore, runKey, tokenKey } from '../../io/store/run-store.ts'
import type { DecidePorts, Response } from '../../steps/approval/reply.ts'
import { ago, CALLER, NOW, policyOf } from './facts.ts'
import { OLD, UNUSED } from './rows.ts'
import { textOfPlan } from './stored.ts'

export const RUN = 'run-1'
export const TOKEN = 'AQCEAAAAKgAAAAMAAAAAAAAAAtaskTokenCanary'

export const idOf = (index: number): string => `AKIA${String(index).padStart(16, '0')}`

/** A planned key of a user who has no other, and a report that shows it as it is. */
export function plannedKeyOf(index: number, fields: Partial<PlannedKey> = {}): PlannedKey {
  const key = {
    user: `user-${index}`,
    path: '/',
    accessKeyId: idOf(index),
    createdAt: ago(900),
    lastUsedAt: ago(100 + index),
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
    rule: 'unused',
    reason: `unused since ${index}`,
    idleSince: ago(100 + index),
    owner: null,
    otherActiveKey: null,
    ...(fields.rule === 'rotation' ? OLD : { ...UNUSED, values: { since: ago(100 + index), neverUsed: false } }),
    ...fields,
  } as PlannedKey
  return {
    ...key,
    report: fields.report ?? { generatedAt: ago(0), activeKeys: 1, slots: [slotOfPlanned(key)], userCreatedAt: null },
  }
}

const slotOfPlanned = ({
  createdAt,
  lastUsedAt,
  lastUsedService,
}: Pick<PlannedKey, 'createdAt' | 'lastUsedAt' | 'lastUsedService'>): ReportSlot => ({
  slot: 1,
  active: true,
  lastRotatedAt: createdAt,
  lastUsedAt,
  lastUsedService,
  unknown: [],
})

export const inputOf = (fields: Partial<RunInput> = {}): RunInput => ({
  runId: RUN,
  executionId: `arn:aws:states:us-east-1:000000000000:execution:keysweep:${RUN}`,
  startedAt: ago(0, 60_000),
  account: '111122223333',
  mode: 'apply',
  approval: 'always',
  approvalDays: 7,
  allowedAccounts: null,
  keyEvents: 'optional',
  policy: policyOf(),
  undo: null,
  apply: null,
  passSha256: null,
  organizationRun: null,
  member: null,
  caller: CALLER,
  ...fields,
})

export interface Waiting {
  store: RunStore
  sha256: string
  /** Every token that woke the machine. */
  woken: string[]
  ports: DecidePorts
  ask: (
    request: Partial<Request>,
  ) => Promise<{ status: number; body: Record<string, unknown>; headers: Response['headers'] }>
  answer: (body: object, request?: Partial<Request>) => ReturnType<Waiting['ask']>
}

interface Request {
  method: string
  path: string
  body: string
  arn: string
  userId: string
}

export const APPROVER = 'arn:aws:sts::111122223333:assumed-role/approver/ann'

/** An event in the shape that an HTTP API with IAM authorization hands on (payload format 2.0). */
export const eventOf = ({
  method = 'GET',
  path = '/runs',
  body,
  arn = APPROVER,
  userId = 'AROAANNANNANNANNANNA:ann',
}: Partial<Request>) => ({
  version: '2.0',
  rawPath: path,
  headers: { 'content-type': 'application/json' },
  ...(body === undefined ? {} : { body, isBase64Encoded: false }),
  requestContext: {
    stage: '$default',
    http: { method, path },
    authorizer: { iam: { userArn: arn, userId, accountId: '111122223333' } },
  },
})

/** A new store with a run of three planned keys that waits, and the decision API before it. */
export async function openWaiting(fields: Partial<DecidePorts> = {}): Promise<Waiting> {
  const store = fields.store ?? makeDirectoryStore(await mkdtemp(join(tmpdir(), 'keysweep-waiting-')))
  const { runId, mode, approval, policy, caller } = inputOf()
  const stale = [1, 2, 3].map((index) => plannedKeyOf(index))
  const text = textOfPlan(
    makePlan({ runId, account: caller.account, mode, approval, policy, stale, activeKeys: 100 }, NOW),
  )
  await store.put(runKey(RUN, 'input.json'), JSON.stringify(inputOf()))
  await store.put(runKey(RUN, 'plan.json'), text)
  await store.put(tokenKey(RUN, 1), 'an older token')
  await store.put(tokenKey(RUN, 2), TOKEN)
  const woken: string[] = []
  const wake = async (token: string) => {
    woken.push(token)
    return true
  }
  const ports: DecidePorts = { store, now: () => NOW, wake, ...fields }
  const decide = makeDecide(ports)
  const ask: Waiting['ask'] = async (request) => {
    const { statusCode, body, headers } = await decide(eventOf(request))
    return { status: statusCode, body: JSON.parse(body), headers }
  }
  const sha256 = planHash(text)
  const answer: Waiting['answer'] = (body, request = {}) =>
    ask({
      method: 'POST',
      path: `/runs/${RUN}/decision`,
      body: JSON.stringify({ plan: sha256, answer: 'approve', ...body }),
      ...request,
    })
  return { store, sha256, woken, ports, ask, answer }
}
