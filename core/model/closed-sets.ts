// The closed sets: every value that a field may have, as data, and the types made of it. Schemas take the arrays
// (z.enum), tables take the types (Record), so that a new member does not compile until every place handles it.

/** `plan` writes nothing to IAM. */
export const MODES = ['plan', 'apply'] as const
export type Mode = (typeof MODES)[number]

/** What may be deployed. `off` is the brake: it is the mode of no run. */
export const DEPLOYED_MODES = [...MODES, 'off'] as const
export type DeployedMode = (typeof DEPLOYED_MODES)[number]

/** When a person must decide. */
export const APPROVALS = ['always', 'over-cap', 'never'] as const
export type Approval = (typeof APPROVALS)[number]

/** Whether CloudTrail's event history must have been read. */
export const KEY_EVENTS = ['optional', 'required'] as const
export type KeyEventsRule = (typeof KEY_EVENTS)[number]

/** For a setting that is on or off: YAML reads both as words. */
export const YES_NO = ['yes', 'no'] as const
export type YesNo = (typeof YES_NO)[number]

/** What a run does to a key. */
export const ACTIONS = ['deactivate', 'reactivate'] as const
export type Action = (typeof ACTIONS)[number]

/** What applying a plan does first: deactivate its keys, ask a person, or stop and write nothing to IAM. */
export const APPLY_STEPS = ['go', 'ask', 'stop'] as const
export type ApplyStep = (typeof APPLY_STEPS)[number]

/** How a planned key ends. */
export const OUTCOMES = ['deactivated', 'reactivated', 'skipped', 'failed'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** A value for each outcome, in their order. */
export const perOutcome = <Value>(make: (outcome: Outcome) => Value): Record<Outcome, Value> =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, make(outcome)])) as Record<Outcome, Value>

/** How a run ends. */
export const STATUSES = [
  'planned',
  'nothing to do',
  'deactivated',
  'reactivated',
  'some keys failed',
  'over cap',
  'approval needed',
  'rejected',
  'expired',
  'another run is open',
  'switched off',
  'refused',
  'interrupted',
] as const
export type Status = (typeof STATUSES)[number]

/** What an organization run does in one account: plan, carry the plan out, or undo an earlier change. Each is a run of its own. */
export const PHASES = ['survey', 'change', 'undo'] as const
export type Phase = (typeof PHASES)[number]

/** How an account ends in an organization run. Each has exactly one end. */
export const ACCOUNT_ENDS = [
  /** At least one key was changed, and none failed. Others may have been skipped. */
  'changed',
  'nothing to do',
  /** It has a plan that was not carried out: mode plan, rejected, or nobody answered. */
  'planned',
  /** A person left it out of the approval. */
  'left out',
  /** Another run may write to it. */
  'busy',
  'failed',
  /** Its role cannot be assumed. */
  'unreachable',
  /** It joined less than a day ago, and has no role yet. */
  'new',
  /** Organizations says that it is suspended, closed or not ready. */
  'not active',
  /** The settings leave it out. */
  'excluded',
  /** The management account, which has no role. */
  'management account',
] as const
export type AccountEnd = (typeof ACCOUNT_ENDS)[number]

/** Whether an account that ends so fails the organization run. */
export const END_FAILS = {
  changed: false,
  'nothing to do': false,
  planned: false,
  'left out': false,
  busy: false,
  failed: true,
  unreachable: true,
  new: false,
  'not active': false,
  excluded: false,
  'management account': false,
} as const satisfies Record<AccountEnd, boolean>

/** How an organization run ends. */
export const ORGANIZATION_STATUSES = [
  'planned',
  'nothing to do',
  'changed',
  'some accounts failed',
  'approval needed',
  'rejected',
  'expired',
  'another run is open',
  'switched off',
  'refused',
  'interrupted',
] as const
export type OrganizationStatus = (typeof ORGANIZATION_STATUSES)[number]

/** What both kinds of run can end as. What it means is then the same for both. */
export type SharedStatus = Status & OrganizationStatus

/** What a decision says; `expired`: nobody answered in time. */
export const ANSWERS = ['approve', 'reject', 'expired'] as const
export type DecisionAnswer = (typeof ANSWERS)[number]

/** The verdict table's rows, in the order in which they are tried. The root user's keys are in the report alone. */
export const VERDICT_ROWS = [
  'root',
  'exempt',
  'not-active',
  'unknown',
  'changed',
  'own',
  'unused',
  'rotation',
  'in-use',
] as const
export type VerdictRow = (typeof VERDICT_ROWS)[number]

/** The rows that make a key stale. */
export const RULES = ['unused', 'rotation'] as const satisfies readonly VerdictRow[]
export type Rule = (typeof RULES)[number]

/** The statuses that IAM lets a key be given. */
export type KeyStatus = 'Active' | 'Inactive'

/** What each action gives a key, and the outcome once it was read back so. */
export const ACTION_EFFECTS = {
  deactivate: { status: 'Inactive', outcome: 'deactivated' },
  reactivate: { status: 'Active', outcome: 'reactivated' },
} as const satisfies Record<Action, { status: KeyStatus; outcome: Outcome }>

/** Whether a run of this mode may write to IAM. */
export const MODE_WRITES = { plan: false, apply: true } as const satisfies Record<Mode, boolean>

/** Whether under this deployed mode no run starts and no key is deactivated. */
export const MODE_STOPS = { plan: false, apply: false, off: true } as const satisfies Record<DeployedMode, boolean>

/** Whether a person must always decide on keys that are stale by this rule. */
export const RULE_ALWAYS_ASKS = { unused: false, rotation: true } as const satisfies Record<Rule, boolean>
