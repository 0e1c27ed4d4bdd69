// Every stored document, with all that it may say, and what its schema makes of each field: by paths such as
// "list.0.user".
import type * as z from 'zod'
import { ORGANIZATION_STATUSES } from '../../core/model/closed-sets.ts'
import { accountList } from '../../core/model/documents/account-list.ts'
import { decision, storedDecision } from '../../core/model/documents/decision.ts'
import { eventsShare } from '../../core/model/documents/events.ts'
import { runInput } from '../../core/model/documents/input.ts'
import { intent, keyOutcome, reactivationSeen, refusal, undoneMark } from '../../core/model/documents/key.ts'
import { organizationDecision } from '../../core/model/documents/organization-decision.ts'
import { organizationInput } from '../../core/model/documents/organization-input.ts'
import { organizationPlan } from '../../core/model/documents/organization-plan.ts'
import { organizationRecord } from '../../core/model/documents/organization-record.ts'
import { plan } from '../../core/model/documents/plan.ts'
import { runRecord } from '../../core/model/documents/record.ts'
import { slice } from '../../core/model/documents/slice.ts'
import { storedSuspects } from '../../core/model/documents/suspects.ts'
import { undoPlan } from '../../core/model/documents/undo.ts'
import { DEFAULT_ORGANIZATION, DEFAULT_POLICY } from '../../core/model/policy.ts'

export interface DocumentExample {
  name: string
  schema: z.ZodType
  /** A whole valid document: every field is there, and not null if it can be something else. */
  example: object
  /** Other valid documents. */
  others?: object[]
  /** Fields that may be missing, with what is read then. */
  defaults?: Record<string, unknown>
  /** Fields that may be null. */
  nullable?: string[]
  /** Fields that take these values and no other. */
  sets?: Record<string, (string | number)[]>
  instants?: string[]
  /** Text fields that have another form to keep to. */
  forms?: string[]
}

const AT = '2026-09-11T12:00:00.000Z'
const KEY = 'AKIAIDLEIDLEIDLEIDLE'
const RUN = { runId: 'run-1' }
const WRITTEN = { keysweep: '0.2.0' }
const OLD_FIELDS = { keysweep: undefined }
const MODES = ['plan', 'apply']
const STEPS = ['go', 'ask', 'stop']
const APPROVALS = ['always', 'over-cap', 'never']
const OUTCOMES = ['deactivated', 'reactivated', 'skipped', 'failed']
const UNMATCHED = { users: ['ghost'], paths: ['/gone/'] }
const NONE_UNMATCHED = { users: [], paths: [] }

/** What `fields` says of a part, by the paths that it has at `place`. */
const at = <Value>(place: string, fields: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).map(([path, value]) => [`${place}.${path}`, value]))
const namesAt = (place: string, names: string[]): string[] => names.map((name) => `${place}.${name}`)

const SLOT = {
  slot: 1,
  active: true,
  lastRotatedAt: AT,
  lastUsedAt: AT,
  lastUsedService: 's3',
  unknown: ['access_key_1_active'],
}
const SLOT_SETS = { slot: [1, 2] }
const SLOT_NULLABLE = ['active', 'lastRotatedAt', 'lastUsedAt', 'lastUsedService']

const REACTIVATED = { since: AT, slots: [{ wasRotatedAt: AT, isRotatedAt: AT }] }
const REACTIVATED_NULLABLE = ['slots.0.wasRotatedAt', 'slots.0.isRotatedAt']

const REPORT = { generatedAt: AT, activeKeys: 1, slots: [SLOT], userCreatedAt: AT, reactivated: REACTIVATED }
const REPORT_DEFAULTS = { userCreatedAt: null, reactivated: undefined }
const REPORT_NULLABLE = [
  'userCreatedAt',
  ...namesAt('slots.0', SLOT_NULLABLE),
  ...namesAt('reactivated', REACTIVATED_NULLABLE),
]
const REPORT_SETS = at('slots.0', SLOT_SETS)

/** What a key of any list says. Without its row it is read as one of 0.1.0, by its reason. */
const LINE = {
  user: 'bot',
  accessKeyId: KEY,
  createdAt: '2025-08-07T12:00:00.000Z',
  lastUsedAt: '2026-02-23T12:00:00.000Z',
  lastUsedService: 's3',
  lastUsedRegion: 'eu-west-1',
  reason: 'unused since 2026-02-23',
  owner: 'ann',
  exemptionEnded: { until: '2026-01-01', text: 'until the move' },
  row: 'unused',
  values: { since: '2026-02-23T12:00:00.000Z', neverUsed: false, reactivation: { at: AT, by: 'ann' } },
}
const LINE_DEFAULTS = { exemptionEnded: undefined, row: 'unused', 'values.reactivation': undefined }
const LINE_NULLABLE = ['lastUsedAt', 'lastUsedService', 'owner', 'exemptionEnded.text', 'values.reactivation.by']
const JUDGED_NULLABLE = [...LINE_NULLABLE, 'createdAt', 'lastUsedRegion', 'accessKeyId', 'staleOn']
const VERDICTS = ['stale', 'kept']
const RULES = ['unused', 'rotation']

const PLANNED = { ...LINE, path: '/', rule: 'unused', idleSince: AT, otherActiveKey: KEY, report: REPORT }
const PLANNED_DEFAULTS = { ...LINE_DEFAULTS, ...at('report', REPORT_DEFAULTS) }
const PLANNED_NULLABLE = [...LINE_NULLABLE, 'lastUsedRegion', 'otherActiveKey', ...namesAt('report', REPORT_NULLABLE)]
const PLANNED_SETS = { rule: RULES, ...at('report', REPORT_SETS) }

const DECISION = { answer: 'approve', by: 'ann', at: AT, reason: 'in two weeks', leftOut: [KEY] }
const UNDO = { run: 'run-0', keys: [KEY] }
const APPLY = { run: 'run-0', plan: 'cafe' }
const CALLER = {
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/ops',
  userName: 'ops',
  accessKeyId: KEY,
  accountAlias: 'acme',
  sourceKeyIds: [KEY],
}
const NO_WITNESS = { complete: false, why: 'denied', detail: 'AccessDenied' }
const WITNESS_SETS = { why: ['denied', 'unavailable', 'too-many', 'unreadable', 'not-read'] }

const KEY_FACTS = {
  accessKeyId: KEY,
  status: 'Active',
  createdAt: AT,
  lastUsed: { known: true, at: AT, service: 's3', region: 'eu-west-1' },
  reactivatedAt: AT,
  events: { activated: { at: AT, by: 'ann' }, problem: 'no status' },
}
const NEVER_USED = { ...KEY_FACTS, lastUsed: { known: true, at: null, service: null, region: null } }
const USE_UNKNOWN = { ...KEY_FACTS, lastUsed: { known: false } }
const USER = { user: 'bot', path: '/', createdAt: AT, keys: [KEY_FACTS], tags: { team: 'ops' }, report: REPORT }

const OF_RUN: DocumentExample[] = [
  {
    name: 'input.json',
    schema: runInput,
    example: {
      ...WRITTEN,
      ...RUN,
      executionId: 'execution-1',
      startedAt: AT,
      account: '444455556666',
      passSha256: 'f00d',
      mode: 'apply',
      approval: 'always',
      approvalDays: 7,
      allowedAccounts: ['444455556666'],
      keyEvents: 'required',
      policy: DEFAULT_POLICY,
      undo: UNDO,
      apply: APPLY,
      organizationRun: { run: 'org-1', phase: 'change' },
      member: { roles: { read: 'r', deactivate: 'd', reactivate: 'a' }, profile: 'p' },
      caller: CALLER,
    },
    defaults: {
      ...OLD_FIELDS,
      account: CALLER.account,
      passSha256: null,
      allowedAccounts: null,
      keyEvents: 'optional',
      apply: null,
      organizationRun: null,
      member: null,
      'caller.accountAlias': null,
      'caller.sourceKeyIds': [],
    },
    nullable: [
      ...['passSha256', 'allowedAccounts', 'undo', 'undo.keys', 'apply', 'apply.plan', 'organizationRun'],
      ...['member', 'member.roles', 'member.profile'],
      ...namesAt('caller', ['userName', 'accessKeyId', 'accountAlias']),
    ],
    sets: {
      ...{ mode: MODES, approval: APPROVALS, keyEvents: ['optional', 'required'] },
      'organizationRun.phase': ['survey', 'change', 'undo'],
    },
    forms: ['allowedAccounts.0'],
  },
  {
    name: 'suspects.json',
    schema: storedSuspects,
    example: {
      ...WRITTEN,
      generatedAt: AT,
      sha256: 'f00d',
      users: 60,
      suspects: 1,
      activeKeys: 75,
      activeKeysInUse: 70,
      activeKeysNotExempt: 72,
      unmatchedExemptions: UNMATCHED,
      rootKeys: [SLOT],
      list: [{ user: 'bot', path: '/', activeInReport: 1, slots: [SLOT], userCreatedAt: AT, reactivated: REACTIVATED }],
    },
    defaults: {
      ...OLD_FIELDS,
      activeKeysNotExempt: undefined,
      unmatchedExemptions: NONE_UNMATCHED,
      ...at('list.0', REPORT_DEFAULTS),
    },
    nullable: [...namesAt('rootKeys.0', SLOT_NULLABLE), ...namesAt('list.0', REPORT_NULLABLE)],
    sets: { ...at('rootKeys.0', SLOT_SETS), ...at('list.0', REPORT_SETS) },
  },
  {
    name: 'events/<n>.json',
    schema: eventsShare,
    example: {
      ...WRITTEN,
      n: 0,
      round: 1,
      from: AT,
      to: AT,
      pages: 2,
      nextToken: 'next',
      witness: NO_WITNESS,
      events: [
        {
          at: AT,
          accessKeyId: KEY,
          status: 'Active',
          by: 'ann',
          sweeper: { version: '0.2.0', store: 'bucket', runId: 'run-0' },
        },
      ],
      odd: [{ namesItsKey: true, accessKeyIds: [KEY], problem: 'no status' }],
    },
    others: [
      { n: 0, round: 1, from: AT, to: AT, pages: 0, nextToken: null, witness: { complete: true }, events: [], odd: [] },
    ],
    defaults: OLD_FIELDS,
    nullable: ['nextToken', 'witness', 'witness.detail', 'events.0.sweeper', 'events.0.sweeper.runId'],
    sets: { ...at('witness', WITNESS_SETS), 'events.0.status': ['Active', 'Inactive'] },
    instants: ['from', 'to', 'events.0.at'],
  },
  {
    name: 'verdicts/<n>.json',
    schema: slice,
    example: {
      ...WRITTEN,
      from: 0,
      to: 1,
      verdicts: [{ ...LINE, verdict: 'stale', staleOn: '2026-05-24', rule: 'unused', idleSince: AT }],
      stale: [PLANNED],
      users: [{ at: AT, facts: { ...USER, keys: [KEY_FACTS, NEVER_USED, USE_UNKNOWN] } }],
      unreadable: [{ user: 'gone', error: 'IamDenied', message: 'no' }],
    },
    defaults: {
      ...OLD_FIELDS,
      ...at('verdicts.0', LINE_DEFAULTS),
      ...at('stale.0', PLANNED_DEFAULTS),
      users: [],
      ...at('users.0.facts', {
        createdAt: null,
        ...Object.fromEntries([0, 1, 2].map((index) => [`keys.${index}.events`, undefined])),
        'tags.team': undefined,
        ...at('report', REPORT_DEFAULTS),
      }),
    },
    nullable: [
      ...namesAt('verdicts.0', [...JUDGED_NULLABLE, 'rule', 'idleSince']),
      ...namesAt('stale.0', PLANNED_NULLABLE),
      ...namesAt('users.0.facts', [
        'createdAt',
        'tags',
        ...[0, 1, 2].flatMap((index) =>
          namesAt(`keys.${index}`, ['createdAt', 'reactivatedAt', 'events.activated', 'events.problem']),
        ),
        ...namesAt('report', REPORT_NULLABLE),
      ]),
    ],
    sets: {
      ...at('verdicts.0', { verdict: VERDICTS, rule: RULES }),
      ...at('stale.0', PLANNED_SETS),
      ...at('users.0.facts.report', REPORT_SETS),
    },
    instants: ['users.0.at', ...[0, 1, 2].map((index) => `users.0.facts.keys.${index}.events.activated.at`)],
    forms: ['verdicts.0.row', 'stale.0.row'],
  },
  {
    name: 'plan.json',
    schema: plan,
    example: {
      ...WRITTEN,
      ...RUN,
      account: '111122223333',
      mode: 'apply',
      approval: 'always',
      next: 'approval',
      ifApplied: 'ask',
      createdAt: AT,
      source: { run: 'run-0', sha256: 'f00d', unmatchedExemptions: UNMATCHED },
      witness: NO_WITNESS,
      organization: { accounts: 'acc0', plan: 'cafe' },
      leftForNextRun: 3,
      overCaps: ['maxKeys'],
      approvalReasons: ['rotation'],
      keys: [PLANNED],
    },
    defaults: {
      ...OLD_FIELDS,
      ifApplied: null,
      source: null,
      organization: null,
      'source.unmatchedExemptions': NONE_UNMATCHED,
      witness: null,
      ...at('keys.0', PLANNED_DEFAULTS),
    },
    nullable: [
      'ifApplied',
      'source',
      'organization',
      'witness',
      'witness.detail',
      ...namesAt('keys.0', PLANNED_NULLABLE),
    ],
    sets: {
      mode: MODES,
      approval: APPROVALS,
      next: ['record', 'approval', 'deactivate'],
      ifApplied: STEPS,
      ...at('witness', WITNESS_SETS),
      ...at('keys.0', PLANNED_SETS),
    },
    instants: ['createdAt'],
    forms: ['keys.0.row'],
  },
  {
    name: 'decision.json',
    schema: storedDecision,
    example: { ...WRITTEN, ...RUN, plan: 'cafe', ...DECISION, userId: 'AROAXXXX:ann' },
    others: [{ ...RUN, plan: 'cafe', ...DECISION, answer: 'expired', by: null, userId: null }],
    defaults: OLD_FIELDS,
    nullable: ['reason', 'userId'],
    sets: { answer: ['approve', 'reject'] },
    instants: ['at'],
  },
  {
    name: 'undo.json',
    schema: undoPlan,
    example: { ...WRITTEN, ...RUN, run: 'run-0', plan: 'cafe', createdAt: AT, keys: [PLANNED] },
    defaults: { ...OLD_FIELDS, plan: null, ...at('keys.0', PLANNED_DEFAULTS) },
    nullable: ['plan', ...namesAt('keys.0', PLANNED_NULLABLE)],
    sets: at('keys.0', PLANNED_SETS),
    instants: ['createdAt'],
    forms: ['keys.0.row'],
  },
]

const RECORD: DocumentExample = {
  name: 'record.json',
  schema: runRecord,
  example: {
    ...WRITTEN,
    ...RUN,
    account: '111122223333',
    accountAlias: 'acme',
    mode: 'apply',
    undo: UNDO,
    apply: APPLY,
    organizationRun: { run: 'org-1', phase: 'change' },
    status: 'deactivated',
    startedAt: AT,
    endedAt: AT,
    report: { generatedAt: AT, sha256: 'f00d', users: 60 },
    policy: DEFAULT_POLICY,
    unmatchedExemptions: UNMATCHED,
    counts: {
      ...{ users: 60, suspects: 1, activeKeys: 75, stale: 2, kept: 73, leftForNextRun: 4 },
      ...{ deactivated: 1, reactivated: 0, skipped: 1, failed: 0 },
    },
    plan: { sha256: 'cafe', keys: 2 },
    ifApplied: { step: 'ask', why: ['maxKeys'] },
    decision: DECISION,
    keyEvents: {
      witness: NO_WITNESS,
      otherSweepers: [{ version: '0.2.0', store: 'bucket', runs: ['run-0'], accessKeyIds: [KEY], lastAt: AT }],
    },
    incomplete: true,
    error: { name: 'IamDenied', message: 'no' },
    documents: [{ key: 'runs/run-1/plan.json', sha256: 'cafe' }],
    keys: [
      {
        ...LINE,
        verdict: 'stale',
        staleOn: '2026-05-24',
        outcome: 'skipped',
        outcomeReason: 'in use',
        at: AT,
        leftForNextRun: true,
      },
    ],
  },
  defaults: {
    ...OLD_FIELDS,
    accountAlias: null,
    undo: null,
    apply: null,
    organizationRun: null,
    unmatchedExemptions: NONE_UNMATCHED,
    ifApplied: null,
    keyEvents: null,
    incomplete: false,
    documents: [],
    ...at('keys.0', { ...LINE_DEFAULTS, lastUsedRegion: null, leftForNextRun: false }),
  },
  nullable: [
    ...[
      'account',
      'accountAlias',
      'mode',
      'undo',
      'undo.keys',
      'apply',
      'apply.plan',
      'organizationRun',
      'report',
      'policy',
      'plan',
    ],
    ...['ifApplied', 'decision', 'decision.by', 'decision.reason', 'keyEvents', 'keyEvents.witness.detail', 'error'],
    ...namesAt('keys.0', [...JUDGED_NULLABLE, 'outcome', 'outcomeReason', 'at']),
  ],
  sets: {
    mode: MODES,
    'organizationRun.phase': ['survey', 'change', 'undo'],
    status: [
      ...['planned', 'nothing to do', 'deactivated', 'reactivated', 'some keys failed', 'over cap'],
      ...['approval needed', 'rejected', 'expired', 'another run is open', 'switched off', 'refused', 'interrupted'],
    ],
    'ifApplied.step': STEPS,
    'decision.answer': ['approve', 'reject', 'expired'],
    ...at('keyEvents.witness', WITNESS_SETS),
    ...at('keys.0', { verdict: VERDICTS, outcome: OUTCOMES }),
  },
  instants: ['decision.at'],
  forms: ['keys.0.row'],
}

const OF_KEY: DocumentExample[] = [
  {
    name: 'intent',
    schema: intent,
    example: { ...WRITTEN, ...RUN, user: 'bot', accessKeyId: KEY, action: 'deactivate', at: AT, attempt: 'a1' },
    defaults: OLD_FIELDS,
    sets: { action: ['deactivate', 'reactivate'] },
    instants: ['at'],
  },
  {
    name: 'refused-1',
    schema: refusal,
    example: { ...WRITTEN, at: AT, error: 'IamDenied' },
    defaults: OLD_FIELDS,
    instants: ['at'],
  },
  {
    name: 'outcome',
    schema: keyOutcome,
    example: {
      ...WRITTEN,
      ...RUN,
      user: 'bot',
      accessKeyId: KEY,
      outcome: 'skipped',
      reason: 'in use',
      sent: false,
      at: AT,
    },
    defaults: OLD_FIELDS,
    nullable: ['reason'],
    sets: { outcome: OUTCOMES },
    instants: ['at'],
  },
  {
    name: 'seen',
    schema: reactivationSeen,
    example: { ...WRITTEN, ...RUN, accessKeyId: KEY, at: AT },
    defaults: OLD_FIELDS,
    instants: ['at'],
  },
  { name: 'undone', schema: undoneMark, example: { ...WRITTEN, by: 'run-2' }, defaults: OLD_FIELDS },
]

const MEMBER = { roles: { read: 'r', deactivate: 'd', reactivate: 'a' }, profile: 'p' }
const MEMBER_NULLABLE = ['member.roles', 'member.profile']
const ENDS = [
  ...['changed', 'nothing to do', 'planned', 'left out', 'busy', 'failed', 'unreachable', 'new', 'not active'],
  ...['excluded', 'management account'],
]
const ORGANIZATION = { runId: 'org-1' }
const ORGANIZATION_UNDO = { run: 'org-0', accounts: ['444455556666'] }
const ORGANIZATION_SETTINGS = {
  ...{ accounts: ['444455556666'], onlyAccounts: ['444455556666'], onlyOus: ['r-ab12'], onlyTags: ['team=ops'] },
  ...{ exceptAccounts: ['777788889999'], exceptOus: ['ou-ab12-11111111'], exceptTags: ['sweep=off'] },
  ...{ maxAccounts: 50, maxKeys: 500, maxPercent: 5 },
  ...{ readRole: 'r', deactivateRole: 'd', reactivateRole: 'a' },
}
const SETTINGS_NULLABLE = ['accounts', 'onlyAccounts', 'onlyOus', 'onlyTags']
const SETTINGS_FORMS = [
  'accounts',
  'onlyAccounts',
  'onlyOus',
  'onlyTags',
  'exceptAccounts',
  'exceptOus',
  'exceptTags',
].map((list) => `${list}.0`)
const COUNTS = { stale: 2, deactivated: 1, reactivated: 0, skipped: 1, failed: 0 }

const OF_ORGANIZATION: DocumentExample[] = [
  {
    name: 'organization input.json',
    schema: organizationInput,
    example: {
      ...WRITTEN,
      ...ORGANIZATION,
      executionId: 'execution-1',
      startedAt: AT,
      passSha256: 'f00d',
      mode: 'apply',
      approval: 'always',
      approvalDays: 7,
      allowedAccounts: ['444455556666'],
      keyEvents: 'required',
      policy: DEFAULT_POLICY,
      organization: ORGANIZATION_SETTINGS,
      undo: ORGANIZATION_UNDO,
      caller: CALLER,
    },
    defaults: {
      ...OLD_FIELDS,
      allowedAccounts: null,
      keyEvents: 'optional',
      ...at('organization', DEFAULT_ORGANIZATION),
      'caller.accountAlias': null,
      'caller.sourceKeyIds': [],
    },
    nullable: [
      ...['allowedAccounts', 'undo', 'undo.accounts', ...namesAt('organization', SETTINGS_NULLABLE)],
      ...namesAt('caller', ['userName', 'accessKeyId', 'accountAlias']),
    ],
    sets: { mode: MODES, approval: APPROVALS, keyEvents: ['optional', 'required'] },
    forms: ['allowedAccounts.0', ...namesAt('organization', SETTINGS_FORMS)],
  },
  {
    name: 'accounts.json',
    schema: accountList,
    example: {
      ...WRITTEN,
      ...ORGANIZATION,
      source: 'organizations',
      organizationId: 'o-aaaaaaaaaa',
      managementAccount: '999900001111',
      accounts: [
        {
          account: '444455556666',
          name: 'payments',
          state: 'ACTIVE',
          path: 'o-aaaaaaaaaa/r-ab12/444455556666/',
          joinedAt: AT,
          end: 'excluded',
          why: 'by id',
          member: MEMBER,
        },
      ],
    },
    defaults: OLD_FIELDS,
    nullable: [
      ...['organizationId', 'managementAccount'],
      ...namesAt('accounts.0', ['name', 'state', 'path', 'joinedAt', 'end', 'why', ...MEMBER_NULLABLE]),
    ],
    sets: { source: ['organizations', 'list', 'undone'], 'accounts.0.end': ['excluded', 'not active'] },
    instants: ['accounts.0.joinedAt'],
  },
  {
    name: 'organization plan.json',
    schema: organizationPlan,
    example: {
      ...WRITTEN,
      ...ORGANIZATION,
      hub: '111122223333',
      mode: 'apply',
      approval: 'always',
      next: 'approval',
      ifApplied: 'ask',
      createdAt: AT,
      answerUntil: AT,
      overCaps: ['maxAccounts'],
      approvalReasons: ['maxAccounts'],
      accounts: [
        {
          account: '444455556666',
          name: 'payments',
          run: 'org-1-survey-444455556666',
          plan: 'cafe',
          keys: 2,
          activeKeys: 75,
          leftForNextRun: 0,
          ifApplied: 'go',
          why: ['a cap'],
          end: 'failed',
        },
      ],
    },
    defaults: OLD_FIELDS,
    nullable: ['ifApplied', ...namesAt('accounts.0', ['name', 'run', 'plan', 'ifApplied', 'end'])],
    sets: {
      mode: MODES,
      approval: APPROVALS,
      next: ['record', 'approval', 'change'],
      ifApplied: STEPS,
      'accounts.0.ifApplied': STEPS,
      'accounts.0.end': ENDS,
    },
    instants: ['createdAt', 'answerUntil'],
  },
  {
    name: 'organization decision.json',
    schema: organizationDecision,
    example: {
      ...WRITTEN,
      ...ORGANIZATION,
      plan: 'cafe',
      ...DECISION,
      leftOutAccounts: ['444455556666'],
      userId: 'AROAXXXX:ann',
    },
    others: [
      { ...ORGANIZATION, plan: 'cafe', ...DECISION, leftOutAccounts: [], answer: 'expired', by: null, userId: null },
    ],
    defaults: OLD_FIELDS,
    nullable: ['reason', 'userId'],
    sets: { answer: ['approve', 'reject'] },
    instants: ['at'],
  },
  {
    name: 'organization record.json',
    schema: organizationRecord,
    example: {
      ...WRITTEN,
      ...ORGANIZATION,
      hub: '111122223333',
      mode: 'apply',
      undo: ORGANIZATION_UNDO,
      status: 'changed',
      startedAt: AT,
      endedAt: AT,
      source: 'organizations',
      policy: DEFAULT_POLICY,
      organization: ORGANIZATION_SETTINGS,
      counts: { accounts: 1, ends: Object.fromEntries(ENDS.map((end) => [end, 1])), ...COUNTS },
      plan: { sha256: 'cafe', accounts: 1, keys: 2 },
      ifApplied: { step: 'ask', why: ['maxAccounts'] },
      decision: { ...DECISION, leftOutAccounts: ['444455556666'] },
      incomplete: true,
      error: { name: 'OrganizationDenied', message: 'no' },
      documents: [{ key: 'orgs/org-1/plan.json', sha256: 'cafe' }],
      accounts: [
        {
          account: '444455556666',
          name: 'payments',
          end: 'changed',
          why: 'all of it',
          runs: ['org-1-survey-444455556666'],
          ...COUNTS,
        },
      ],
    },
    defaults: { ...OLD_FIELDS, ...at('organization', DEFAULT_ORGANIZATION) },
    nullable: [
      ...['hub', 'mode', 'undo', 'undo.accounts', 'source', 'policy', 'organization', 'plan', 'ifApplied', 'decision'],
      ...['decision.by', 'decision.reason', 'error', ...namesAt('organization', SETTINGS_NULLABLE)],
      ...namesAt('accounts.0', ['name', 'why']),
    ],
    sets: {
      mode: MODES,
      source: ['organizations', 'list', 'undone'],
      status: [...ORGANIZATION_STATUSES],
      'ifApplied.step': STEPS,
      'decision.answer': ['approve', 'reject', 'expired'],
      'accounts.0.end': ENDS,
    },
    instants: ['decision.at'],
    forms: namesAt('organization', SETTINGS_FORMS),
  },
]

/** The decision in a record. */
const SHOWN: DocumentExample = {
  name: 'a shown decision',
  schema: decision,
  example: DECISION,
  nullable: ['by', 'reason'],
  sets: { answer: ['approve', 'reject', 'expired'] },
  instants: ['at'],
}

export const DOCUMENT_EXAMPLES: DocumentExample[] = [...OF_RUN, RECORD, ...OF_KEY, ...OF_ORGANIZATION, SHOWN]
