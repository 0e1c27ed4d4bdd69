// The policy as one table. Everything else about a field is made from it: the schemas and the type (policy.ts), what an
// execution's input may change (execution-input.ts), the options of the command line (cli/options/policy.ts), what the docs say
// (held to it by a test). Schemas are built when they are needed, so that the help of a command does not load zod.
import type * as Zod from 'zod'
import { YES_NO, type YesNo } from './closed-sets.ts'
import { add, type Direction, free, larger, largerOrOff, smaller, stricter } from './directions.ts'
import { pathFault, patternFault } from './exemption-rules.ts'

type Z = typeof Zod

/** A field of what is deployed. All but `said` is required: a field without a direction does not compile. */
export interface Field<T> {
  /** What a value must be, wherever it is said and as it is stored. */
  schema: (z: Z) => Zod.ZodType<T>
  /**
   * An additional rule for the value in a file, an option or an input. A stored value of an earlier version is still read.
   */
  said?: (z: Z) => Zod.ZodType<NoInfer<T>>
  /** The value if nobody sets one. */
  default: NoInfer<T>
  /** In which direction an execution's input may change it. */
  tightens: Direction<NoInfer<T>>
  /**
   * The version that brought the field. A stored input without a field of 0.1.0 is damaged and ends the run. One
   * without a later field may have been stored before that: it is read with the default, so that a run that waits for an
   * answer survives an upgrade.
   */
  since: `${number}.${number}.${number}`
}

/** An option with a placeholder for its value. */
export type OptionText = `--${string} <${string}>`

/** A field of the policy. */
export interface PolicyField<T, Option extends OptionText = OptionText> extends Field<T> {
  /** The value of a run on one machine if nobody sets one, where it differs from `default`. */
  defaultOnOneMachine?: NoInfer<T>
  /** Of a list: entries that are always in it. */
  always?: NoInfer<T> & string[]
  /** The option. A list's may be repeated. */
  option: Option
  /** The option's help. */
  help: string
  /** Sentences for the comment in keysweep.yml. */
  comment: string
}

const field = <T, const Option extends OptionText>(field: PolicyField<T, Option>): PolicyField<T, Option> => field

const days = (z: Z) => z.number().int().min(1).max(3650)

/** A text without this fault, which is what the error says. */
const ruled = (z: Z, faultOf: (text: string) => string | null) =>
  z.string().refine((text) => faultOf(text) === null, { error: ({ input }) => faultOf(String(input)) ?? '' })

/**
 * Users whose keys are SMTP passwords of Amazon SES, as its console names them. Recordings of 2024 show that sending mail
 * with such a key counts as a use (service `ses-smtp`), and AWS does not document it. So they are exempt as a caution,
 * unless `exemptSesUsers` is `no`.
 */
export const ALWAYS_EXEMPT_USERS = ['ses-smtp-user.*']

/** What counts as stale, what is exempt and how much one run may take. Terms are in days of 24 hours. */
export const POLICY_FIELDS = {
  /**
   * A key is stale if it was not created, used or reactivated in this many days; at least 1. CIS AWS Foundations 2.11 asks
   * for 45, Security Hub IAM.8 for 90.
   */
  unusedDays: field({
    schema: days,
    default: 90,
    // execution-input.ts: and only where the rotation rule is off.
    tightens: larger,
    option: '--unused-days <days>',
    help: 'a key is stale if it was not created, used or reactivated in this many days',
    comment:
      'A key is stale if it was not created, used or reactivated in this many days. CIS AWS Foundations 2.11 asks for 45, Security Hub IAM.8 for 90.',
    since: '0.1.0',
  }),
  /** A key is stale if it was created this many days ago, even if it is used; null: the rule is off. */
  rotationDays: field({
    schema: (z: Z) => days(z).nullable(),
    default: null,
    tightens: largerOrOff,
    option: '--rotation-days <days>',
    help: 'a key is stale if it was created this many days ago, even if it is used; "off" turns this off',
    comment:
      "A key is stale if it was created this many days ago, even if it is used. A user's only active key is never stale by this rule. Keys that are stale by it always need approval. null turns this rule off.",
    since: '0.1.0',
  }),
  /** A key in use is pointed out when it would become stale within this many days. */
  warnDays: field({
    schema: (z: Z) => z.number().int().min(0).max(3650),
    default: 14,
    tightens: free('it selects the keys that are listed as stale soon; no verdict depends on it'),
    option: '--warn-days <days>',
    help: 'list keys that become stale within this many days',
    comment: 'A run lists the keys in use that become stale within this many days.',
    since: '0.1.0',
  }),
  /** Most keys one run may take without approval; 0 is zero. */
  maxKeys: field({
    schema: (z: Z) => z.number().int().min(0),
    default: 100,
    tightens: smaller,
    option: '--max-keys <count>',
    help: 'keys that one run may deactivate without approval',
    comment: 'The most keys that one run may deactivate without approval.',
    since: '0.1.0',
  }),
  /** Most keys one run may take without approval, in percent of the account's active keys; 0 is zero. */
  maxPercent: field({
    schema: (z: Z) => z.number().min(0).max(100),
    default: 25,
    tightens: smaller,
    option: '--max-percent <percent>',
    help: "percent of the account's active keys that one run may deactivate without approval",
    comment:
      "The same in percent of the account's active keys. It allows at least one key, unless it is 0. Keys of the root user and of users exempt by name or path do not count.",
    since: '0.1.0',
  }),
  /** Keys deactivated at once, 1 to 40. */
  concurrency: field({
    schema: (z: Z) => z.number().int().min(1).max(40),
    default: 10,
    // In one process the learnt pace protects the account, however many calls start at once. Each Lambda function learns its
    // own pace.
    defaultOnOneMachine: 25,
    tightens: smaller,
    option: '--concurrency <count>',
    help: 'users read, or keys deactivated, at the same time: 1 to 40',
    comment: 'How many users are read, or keys deactivated, at the same time, 1 to 40.',
    since: '0.1.0',
  }),
  /** User names that are never touched; `*` stands for any characters. */
  exemptUsers: field({
    schema: (z: Z) => z.array(z.string().min(1).max(64)),
    said: (z: Z) => z.array(ruled(z, patternFault).min(1).max(64)),
    default: [],
    always: ALWAYS_EXEMPT_USERS,
    tightens: add,
    option: '--exempt-user <pattern>',
    help: 'keep all keys of these users; * stands for any characters (repeatable)',
    comment:
      'Users whose keys are always kept, by name. * stands for any characters. The SMTP users of Amazon SES are among them (exemptSesUsers). A user can also carry the tag keysweep-exempt, with the reason as its value.',
    since: '0.1.0',
  }),
  /** Whether the users of `ALWAYS_EXEMPT_USERS` are exempt. */
  exemptSesUsers: field({
    schema: (z: Z) => z.enum(YES_NO),
    default: 'yes',
    tightens: stricter<YesNo>({ yes: [], no: ['yes'] }),
    option: '--exempt-ses-users <yes|no>',
    help: 'keep all keys of the SMTP users of Amazon SES (ses-smtp-user.*)',
    comment:
      'Whether the SMTP users of Amazon SES (ses-smtp-user.*) are exempt. Sending mail was seen to count as a use, but AWS does not document it.',
    since: '0.2.0',
  }),
  /** Users under these paths are never touched: "/service/" exempts "/service/backup/". */
  exemptPaths: field({
    schema: (z: Z) =>
      z.array(
        z
          .string()
          .max(512)
          .regex(/^\/(.*\/)?$/, 'must begin and end with "/"'),
      ),
    said: (z: Z) => z.array(ruled(z, pathFault).max(512)),
    default: [],
    tightens: add,
    option: '--exempt-path <path>',
    help: 'keep all keys of users under this path, such as /service/ (repeatable)',
    comment: 'The same for all users under a path, such as /service/.',
    since: '0.1.0',
  }),
}

/** A policy: a value for every field of the table. */
export type Policy = { [F in PolicyFieldName]: (typeof POLICY_FIELDS)[F]['default'] }

export type PolicyFieldName = keyof typeof POLICY_FIELDS

/** The table as a loop sees it: each field with its own type of value. */
export const policyFields: { [F in PolicyFieldName]: PolicyField<Policy[F]> } = POLICY_FIELDS
