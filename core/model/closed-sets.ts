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
