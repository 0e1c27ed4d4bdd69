// What is deployed or asked for beside the policy, as tables: see policy-fields.ts.
import type * as Zod from 'zod'
import {
  APPROVALS,
  type Approval,
  DEPLOYED_MODES,
  type DeployedMode,
  KEY_EVENTS,
  type KeyEventsRule,
  PHASES,
} from './closed-sets.ts'
import { smaller, stricter, within } from './directions.ts'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_ID_IN_WORDS,
  ORGANIZATION_RUN_ID,
  ORGANIZATION_RUN_ID_IN_WORDS,
  SHA256,
  STORED_RUN_ID,
  STORED_RUN_ID_IN_WORDS,
} from './ids.ts'
import type { Field } from './policy-fields.ts'

type Z = typeof Zod

/** A setting beside the policy. */
export interface SettingsField<T> extends Field<T> {
  /** Sentences for the comment in keysweep.yml. */
  comment: string
}

const field = <T>(field: SettingsField<T>): SettingsField<T> => field

const organizationRunId = (z: Z) =>
  z.string().regex(ORGANIZATION_RUN_ID, `must be the id of an organization run: ${ORGANIZATION_RUN_ID_IN_WORDS}`)

/** YAML reads twelve digits without quotes as a number, and a number has no zeros in front. */
export const accountId = (z: Z) =>
  z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.string().regex(/^\d{12}$/, 'must be 12 digits, in quotes if the first is 0'),
  )

/** A token is kept for 8 days (resources/run-store.yml): a question must not outlive it. */
export const MAX_APPROVAL_DAYS = 7

export const SETTINGS_FIELDS = {
  /** `plan` writes nothing to IAM. `off` is the brake. An input cannot say `off`, and nothing that it says loosens it. */
  mode: field({
    schema: (z: Z) => z.enum(DEPLOYED_MODES),
    default: 'plan',
    comment:
      'plan: find stale keys and record them, and write nothing to IAM. apply: deactivate them. off: no run starts and no key is deactivated, not even by an approved plan; undo still works. On one machine the option --apply decides, and off refuses it.',
    // execution-input.ts: where a person is asked about every plan, an input may also ask a machine deployed as plan to apply.
    tightens: stricter<DeployedMode>({ off: [], plan: ['off'], apply: ['plan', 'off'] }),
    since: '0.1.0',
  }),
  /** When a person must decide. */
  approval: field({
    schema: (z: Z) => z.enum(APPROVALS),
    default: 'over-cap',
    comment:
      'When a person must approve a plan. over-cap: if the plan is over maxKeys or maxPercent. always: for every plan. never: for none, and a plan over a cap is not carried out. On one machine, only "always" has an effect, and the option --approval overrides it.',
    // `always` asks a person for everything, `never` writes nothing over a cap: both are at least as strict as `over-cap`.
    tightens: stricter<Approval>({ always: [], never: ['always'], 'over-cap': ['never', 'always'] }),
    since: '0.1.0',
  }),
  /** How long a plan waits for a person's answer; no answer means no. */
  approvalDays: field({
    schema: (z: Z) => z.number().int().min(1).max(MAX_APPROVAL_DAYS),
    default: MAX_APPROVAL_DAYS,
    comment: `How many days a person has to answer, 1 to ${MAX_APPROVAL_DAYS}. No answer means no.`,
    tightens: smaller,
    since: '0.1.0',
  }),
  /** The accounts that a run may work on; null: any. An undo may work on the account of its run. */
  allowedAccounts: field({
    schema: (z: Z) => z.array(accountId(z)).min(1).nullable(),
    default: null,
    comment:
      'The accounts that a run may work on, such as ["111122223333"]. A run on any other account is refused before anything is done. null allows any account.',
    tightens: within,
    since: '0.2.0',
  }),
  /** Whether a run without a second witness (CloudTrail's event history) is refused. */
  keyEvents: field({
    schema: (z: Z) => z.enum(KEY_EVENTS),
    default: 'optional',
    comment:
      "CloudTrail's event history shows who reactivated a key. optional: a run that cannot read it says so and goes on. required: such a run is refused.",
    tightens: stricter<KeyEventsRule>({ required: [], optional: ['required'] }),
    since: '0.2.0',
  }),
}

export type SettingsFieldName = keyof typeof SETTINGS_FIELDS

/** The settings beside the policy: a value for every field of the table. */
export type SettingsBesidePolicy = { [F in SettingsFieldName]: (typeof SETTINGS_FIELDS)[F]['default'] }

/** The table as a loop sees it. */
export const settingsFields: { [F in SettingsFieldName]: SettingsField<SettingsBesidePolicy[F]> } = SETTINGS_FIELDS

/**
 * The fields that only an input may have. There is no deployed value to compare them with, so each says why it loosens
 * nothing.
 */
export const INPUT_FIELDS = {
  undo: {
    schema: (z: Z) =>
      z.strictObject({
        run: z.string().regex(STORED_RUN_ID, `must be the id of a run: ${STORED_RUN_ID_IN_WORDS}`),
        keys: z
          .array(z.string().regex(ACCESS_KEY_ID, `must be access key ids: ${ACCESS_KEY_ID_IN_WORDS}`))
          .min(1)
          .max(500)
          .optional(),
      }),
    why: 'it reactivates what a run deactivated, and allows no other field beside it',
  },
  apply: {
    schema: (z: Z) =>
      z.strictObject({
        run: z.string().regex(STORED_RUN_ID, `must be the id of a run: ${STORED_RUN_ID_IN_WORDS}`),
        plan: z.string().regex(SHA256, 'must be a sha256: 64 hexadecimal digits in lower case').optional(),
      }),
    why: 'it names a stored plan instead of a new report. Each key is judged again, with the caps and the approval of the new run',
  },
  organizationRun: {
    schema: (z: Z) =>
      z.strictObject({
        run: organizationRunId(z),
        account: accountId(z),
        phase: z.enum(PHASES),
      }),
    why: 'it names what the documents of an organization run must say: without them the run is refused. It allows no other field beside it',
  },
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: {
    schema: (z: Z) => z.string(),
    why: 'the Step Functions console shows by it which execution started this one; nothing else reads it',
  },
  Comment: {
    schema: (z: Z) => z.string(),
    why: 'the Step Functions console adds it when an execution is started again by hand; nothing reads it',
  },
} satisfies Record<string, { schema: (z: Z) => Zod.ZodType; why: string }>

/** What the input of an organization run alone may say. */
export const ORGANIZATION_INPUT_FIELDS = {
  undo: {
    schema: (z: Z) =>
      z.strictObject({
        run: organizationRunId(z),
        accounts: z.array(accountId(z)).min(1).optional(),
      }),
    why: 'it reactivates what an organization run deactivated, and allows no other field beside it',
  },
  Comment: INPUT_FIELDS.Comment,
} satisfies Record<string, { schema: (z: Z) => Zod.ZodType; why: string }>
