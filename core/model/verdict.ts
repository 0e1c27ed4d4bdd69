// What keysweep makes of a key: stale or kept, the row of the verdict table that decided, and the values it decided by.
// Sentences are made of them in core/texts. Instants are ISO 8601 in UTC; days are YYYY-MM-DD.
import * as z from 'zod'
import { RULES, type Rule, type VerdictRow } from './closed-sets.ts'
import { shownInReport } from './facts.ts'
import { withRow } from './reasons-0.1.0.ts'

/** What can be wrong with a fact. At most one received value belongs to each. */
export const FACT_DOUBTS = [
  'created-missing',
  'created-in-future',
  /** 2010-09. */
  'created-before-iam',
  'created-before-user',
  'user-created-no-date',
  'user-created-before-iam',
  'last-used-missing',
  'last-used-no-date',
  'last-used-in-future',
  'last-used-before-created',
  'reactivated-no-date',
  'reactivated-in-future',
  /** A CloudTrail event that is, or may be, about this key could not be read. */
  'key-event-unreadable',
  'reactivated-before-created',
  /** An active slot's last_rotated. */
  'report-date-in-future',
  'report-date-before-iam',
  'report-date-before-user',
  /** An active slot's date is missing or not one, so that a key cannot be held against the report. `received`: column and value. */
  'report-unreadable',
  /** Another Active key of the user has no creation date to hold against the report. `received`: its id. */
  'other-key-undated',
  /** The report shows a later use than IAM does now. */
  'report-used-later',
  /** The tag keysweep-exempt-until does not begin with a date. */
  'exempt-until-no-date',
  /** The tag keysweep-exempt, or that of a key, has a value such as "false". */
  'exempt-tag-off',
  /** A tag begins with "keysweep", and keysweep does not read it. */
  'unknown-tag',
  /** The user or the key was deleted after the report. */
  'user-deleted',
  /** No row of the table fits. */
  'no-row',
] as const
export type FactDoubt = (typeof FACT_DOUBTS)[number]

const instant = z.string()

/** Each row's values. `null` in `changed`, `own` and `in-use`: a document of 0.1.0 does not say. */
const ROW_VALUES = {
  root: z.object({ lastUsedAt: instant.nullable() }),
  'not-active': z.object({ status: z.string() }),
  unknown: z.discriminatedUnion('doubt', [
    /** `received`: the value in doubt, null where there was none. */
    z.object({ doubt: z.enum(FACT_DOUBTS), received: z.string().nullable() }),
    /** IAM did not give the user's facts: the error's name and message. */
    z.object({ doubt: z.literal('user-unreadable'), error: z.string(), message: z.string() }),
  ]),
  changed: z.discriminatedUnion('change', [
    /** More Active keys now than the report showed. */
    z.object({ change: z.literal('more-active'), reported: z.number(), active: z.number() }),
    /** An Active key that the report showed inactive, or did not show. */
    z.object({ change: z.enum(['was-inactive', 'not-shown']), accessKeyId: z.string() }),
    z.object({ change: z.null() }),
  ]),
  exempt: z.discriminatedUnion('by', [
    z.object({ by: z.literal('user'), pattern: z.string() }),
    z.object({ by: z.literal('path'), path: z.string() }),
    /** `text`: the tag's value. */
    z.object({ by: z.literal('tag'), tag: z.string(), text: z.string() }),
    /** Through the end of the day `until`. `text`: the rest of the tag's value; null: nothing follows the date. */
    z.object({ by: z.literal('until'), until: z.string(), text: z.string().nullable() }),
  ]),
  /**
   * The key that the run signs with, or any key of the user it runs as; a key that its session was made from (AssumeRole),
   * or any other key of that user.
   */
  own: z.object({ by: z.enum(['key', 'user', 'source-key', 'source-user']).nullable() }),
  /**
   * `since`: the last thing that happened to the key, reactivations aside. `reactivation`: there was one later than that,
   * and by whom if that is known.
   */
  unused: z.object({
    since: instant,
    neverUsed: z.boolean(),
    reactivation: z.object({ at: instant, by: z.string().nullable() }).optional(),
  }),
  rotation: z.object({ createdAt: instant }),
  /** `reactivated`: that last thing was that somebody reactivated the key; `by`: who, if that is known. */
  'in-use': z.object({ since: instant.nullable(), reactivated: z.boolean(), by: z.string().optional() }),
} as const satisfies Record<VerdictRow, z.ZodType>

const deciding = <Row extends VerdictRow>(row: Row) => z.object({ row: z.literal(row), values: ROW_VALUES[row] })

/** The row that decided, with its values, as every stored document has them beside `reason`. */
export const decidingRow = z.discriminatedUnion('row', [
  deciding('root'),
  deciding('exempt'),
  deciding('not-active'),
  deciding('unknown'),
  deciding('changed'),
  deciding('own'),
  deciding('unused'),
  deciding('rotation'),
  deciding('in-use'),
])

export type DecidingRow = z.infer<typeof decidingRow>

/** The rows that make a key stale. */
const staleRow = z.discriminatedUnion('row', [deciding('unused'), deciding('rotation')])

/** A row without a schema above does not compile wherever rows are gone through. */
export type ValuesOf<Row extends DecidingRow['row']> = Extract<DecidingRow, { row: Row }>['values']

/** A key's row and values alone. */
export const rowAndValues = ({ row, values }: DecidingRow): DecidingRow => ({ row, values }) as DecidingRow

/** The rows that make a key stale, and those that keep it. */
export type StaleRow = Extract<DecidingRow, { row: Rule }>
export type KeptRow = Exclude<DecidingRow, StaleRow>

export type Verdict =
  | (StaleRow & { verdict: 'stale'; idleSince: string; staleOn: null })
  | (KeptRow & { verdict: 'kept'; idleSince: null; staleOn: string | null })

/** What 0.1.0 stored of a verdict: its sentence, and no row. */
const ofEarlierVersion = z.looseObject({
  reason: z.string(),
  createdAt: z.string().nullish(),
  lastUsedAt: z.string().nullish(),
})

/** A stored key with the row that decided. */
export const withDecidingRow = <Fields extends z.ZodType, Row extends z.ZodType>(fields: Fields, row: Row) =>
  z.preprocess(
    (key) => {
      const read = ofEarlierVersion.safeParse(key)
      return read.success ? withRow(read.data) : key
    },
    z.intersection(fields, row),
  )

/** The tag keysweep-exempt-until of a key that it exempts no more: its last day, and the rest of its value. */
export const exemptionEnded = z.object({ until: z.string(), text: z.string().nullable() })

export type ExemptionEnded = z.infer<typeof exemptionEnded>

/** The facts of a key beside its verdict, and the verdict's `reason`. */
const line = {
  user: z.string(),
  createdAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  lastUsedService: z.string().nullable(),
  /** The row and its values in words, for people. */
  reason: z.string(),
  /** The user's tag `owner`, or `email`. */
  owner: z.string().nullable(),
  /** Missing: no exemption of the key has ended. */
  exemptionEnded: exemptionEnded.optional(),
}

/** What is said of every judged key, in verdicts/<n>.json and in record.json. */
export const judgedLine = {
  ...line,
  /**
   * null: a key of the root user, or of a user exempt by name or path, which the report shows without an id; and a user
   * whose keys could not be read.
   */
  accessKeyId: z.string().nullable(),
  verdict: z.enum(['stale', 'kept']),
  /** The day (YYYY-MM-DD, UTC) on which a key in use would become stale. */
  staleOn: z.string().nullable(),
}

/** One line of verdicts/<n>.json: a key, its facts and what we make of it. */
export const keyVerdict = withDecidingRow(
  z.object({
    ...judgedLine,
    lastUsedRegion: z.string().nullable(),
    rule: z.enum(RULES).nullable(),
    /** The last thing that happened to a stale key: what "longest idle first" sorts by. */
    idleSince: z.string().nullable(),
  }),
  decidingRow,
)

export type KeyVerdict = z.infer<typeof keyVerdict>

/** A planned key: what the person approving reads, and what Deactivate key needs to judge it again. */
export const plannedKey = withDecidingRow(
  z.object({
    ...line,
    path: z.string(),
    accessKeyId: z.string(),
    createdAt: z.string(),
    lastUsedRegion: z.string().nullable(),
    rule: z.enum(RULES),
    idleSince: z.string(),
    /** The user's other Active key, null when this is the only one. */
    otherActiveKey: z.string().nullable(),
    report: shownInReport,
  }),
  staleRow,
)

export type PlannedKey = z.infer<typeof plannedKey>
