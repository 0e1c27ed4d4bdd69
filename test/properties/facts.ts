// Random facts of one user, as IAM might state them: dates around every term to the millisecond, pairs of keys made in
// one second, odd names, tags and report values, and now and then what no date is.
import fc from 'fast-check'
import type { Caller, KeyFacts, ReportSlot, UserFacts } from '../../core/model/facts.ts'
import type { Policy } from '../../core/model/policy.ts'

export const NOW = Date.parse('2026-09-11T12:00:00Z')
const DAY = 86_400_000

/** Days that are terms somewhere, so that dates meet them; the past, today, and the future. */
const dayNumber = fc.constantFrom(-1, 0, 1, 2, 14, 44, 45, 46, 89, 90, 91, 364, 365, 400, 4000)
const nearby = fc.constantFrom(0, 0, 0, 1, -1, 999, -999, 1000, -1000, 1001, -1001, 900_000, -900_000, 900_001)

/** Milliseconds before NOW. */
export const age: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(dayNumber, nearby).map(([days, by]) => days * DAY + by) },
  { weight: 1, arbitrary: fc.integer({ min: -2 * DAY, max: 1000 * DAY }) },
)

const wholeSeconds = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z/, 'Z')
const instant = fc.oneof(
  { weight: 6, arbitrary: age.map((before) => wholeSeconds(NOW - before)) },
  { weight: 3, arbitrary: age.map((before) => new Date(NOW - before).toISOString()) },
  { weight: 1, arbitrary: age.map((before) => wholeSeconds(NOW - before).replace('Z', '+00:00')) },
  // IAM began in September 2010.
  {
    weight: 1,
    arbitrary: fc.constantFrom('2010-08-31T23:59:59Z', '2010-09-01T00:00:00Z', '1970-01-01T00:00:00Z'),
  },
)
const noInstant = fc.constantFrom(
  '',
  'N/A',
  'not_supported',
  'no_information',
  '2026-02-30T00:00:00Z',
  '2026-09-11',
  'x',
)
const nearlyAlways = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: odd })

const lastUsed: fc.Arbitrary<KeyFacts['lastUsed']> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      known: fc.constant(true as const),
      at: nearlyAlways(instant, noInstant),
      service: fc.constant('s3'),
      region: fc.constant('eu-west-1'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ known: true, at: null, service: null, region: null } as const) },
  { weight: 1, arbitrary: fc.constant({ known: false } as const) },
)

const status = fc.oneof(
  { weight: 8, arbitrary: fc.constant('Active') },
  { weight: 2, arbitrary: fc.constantFrom('Inactive', 'Expired', 'active', '', 'Suspended') },
)

export const IDS = ['AKIAFIRSTFIRSTFIRST1', 'AKIASECONDSECONDSEC2', 'AKIATHIRDTHIRDTHIRD3']

const events: fc.Arbitrary<KeyFacts['events']> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      activated: fc.option(fc.record({ at: nearlyAlways(instant, noInstant), by: fc.constant('somebody') })),
      problem: nearlyAlways(fc.constant(null), fc.constant('no date')),
    }),
  },
)

const key = (accessKeyId: string): fc.Arbitrary<KeyFacts> =>
  fc.record({
    accessKeyId: fc.constant(accessKeyId),
    status,
    createdAt: nearlyAlways(instant, fc.option(noInstant)),
    lastUsed,
    reactivatedAt: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: nearlyAlways(instant, noInstant) },
    ),
    events,
  })

const keys = fc
  .integer({ min: 1, max: 3 })
  .chain((count) =>
    fc
      .tuple(fc.tuple(...IDS.slice(0, count).map(key)), fc.boolean())
      .map(([list, sameSecond]) =>
        sameSecond ? list.map((one) => ({ ...one, createdAt: list[0]?.createdAt ?? null })) : list,
      ),
  )

const unknownValue = fc.constantFrom('access_key_1_active "maybe"', 'access_key_1_last_used_date "not_supported"')

/** When the user was created: mostly not told, or long before the keys. */
const userCreated = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(null, '2010-09-01T00:00:00Z', '2012-01-01T00:00:00Z') },
  { weight: 1, arbitrary: fc.oneof(instant, noInstant) },
)

/** Mostly what the report of this morning would say of these keys; now and then of other keys, or of more or fewer. */
const slotsOf = (list: KeyFacts[]): fc.Arbitrary<ReportSlot[]> =>
  fc.tuple(
    ...([1, 2] as const).map((slot) => {
      const one = list[slot - 1]
      const true_: ReportSlot = {
        slot,
        active: one?.status === 'Active',
        lastRotatedAt: one?.createdAt ?? null,
        lastUsedAt: one?.lastUsed.known ? one.lastUsed.at : null,
        lastUsedService: null,
        unknown: [],
      }
      const odd = fc.record({
        slot: fc.constant(slot),
        active: fc.option(fc.boolean()),
        lastRotatedAt: fc.option(instant),
        lastUsedAt: fc.option(instant),
        lastUsedService: fc.constant(null),
        unknown: fc.array(unknownValue, { maxLength: 1 }),
      })
      return fc.oneof({ weight: 5, arbitrary: fc.constant(true_) }, { weight: 1, arbitrary: odd })
    }),
  )

export const userName = fc.constantFrom(
  'backup-bot',
  'Backup-Bot',
  'ses-smtp-user.20200101',
  'ci',
  'garcia,lucia',
  '=cmd|x',
  '+a@b_c-d.e',
  '__proto__',
  'constructor',
  'a'.repeat(64),
)

/** Tags that spare a key, that once did, that look as if they did, and others. */
export const exemptTags: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ['owner', 'x'],
        ['email', ''],
        ['team', 'keysweep-exempt'],
        ['keysweep-exempted', 'y'],
        ['__proto__', 'z'],
      ),
      fc.constantFrom(
        ['keysweep-exempt', ''],
        ['Keysweep-Exempt', 'partner'],
        [`keysweep-exempt/${IDS[0]}`, 'one'],
        [`keysweep-exempt/${IDS[2]}`, ''],
        ['keysweep-exempt', 'false'],
        [`Keysweep-Exempt/${IDS[0]}`, ' No '],
        ['keysweep_exempt', 'partner'],
        ['Key-Sweep exempt', ''],
        [`keysweep-exempt-until/${IDS[0]}`, '2027-01-01'],
      ),
      fc.tuple(
        fc.constant('keysweep-exempt-until'),
        fc
          .tuple(
            fc.constantFrom(
              '2026-09-10',
              '2026-09-11',
              '2026-09-12',
              '2025-01-01',
              '9999-12-31',
              '2026-02-30',
              '2026-9-1',
              'soon',
              '',
              ' 2026-09-11',
            ),
            fc.constantFrom(
              '',
              ' parental leave',
              ',x',
              ': y',
              'z',
              ' to 2026-09-12',
              ' (was 2026-09-09)',
              ' 2026-02-30',
            ),
          )
          .map((parts) => parts.join('')),
      ),
    ),
    { maxLength: 2 },
  )
  .map((entries) => Object.fromEntries(entries))

const anyFacts: fc.Arbitrary<UserFacts> = keys.chain((list) =>
  fc.record({
    user: userName,
    path: fc.constantFrom('/', '/service/', '/Service/', '/service/backup/', '/services/'),
    createdAt: userCreated,
    keys: fc.constant(list),
    tags: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: exemptTags }),
    report: fc.tuple(slotsOf(list), fc.constantFrom(0, 0, 0, 0, 1, -1), userCreated).map(([slots, off, created]) => ({
      generatedAt: wholeSeconds(NOW - 3_600_000),
      activeKeys: list.filter((one) => one.status === 'Active').length + off,
      slots,
      userCreatedAt: created,
    })),
  }),
)

/** A user without anything odd: two keys in use, around the terms of the rotation rule. Chance makes few of them. */
const ordinaryFacts: fc.Arbitrary<UserFacts> = fc
  .tuple(
    ...IDS.slice(0, 2).map((accessKeyId) =>
      fc.tuple(fc.constantFrom(0, 1, 89, 90, 91, 364, 365, 400), nearby, fc.constantFrom(0, 1, 44)).map(
        ([days, by, used]): KeyFacts => ({
          accessKeyId,
          status: 'Active',
          createdAt: wholeSeconds(NOW - Math.max(days * DAY + by, 0)),
          lastUsed: {
            known: true,
            at: wholeSeconds(NOW - Math.min(days, used) * DAY),
            service: 's3',
            region: 'eu-west-1',
          },
          reactivatedAt: null,
          events: undefined,
        }),
      ),
    ),
  )
  .chain((list) =>
    fc.record({
      user: userName,
      path: fc.constant('/'),
      createdAt: fc.constant(null),
      keys: fc.constant(list),
      tags: fc.constant({}),
      report: slotsOf(list).map((slots) => ({
        generatedAt: wholeSeconds(NOW - 3_600_000),
        activeKeys: 2,
        slots,
        userCreatedAt: null,
      })),
    }),
  )

export const facts: fc.Arbitrary<UserFacts> = fc.oneof(
  { weight: 5, arbitrary: anyFacts },
  { weight: 1, arbitrary: ordinaryFacts },
)

export const policy: fc.Arbitrary<Policy> = fc.record({
  unusedDays: fc.constantFrom(1, 2, 45, 90, 365),
  rotationDays: fc.constantFrom(null, null, 1, 90, 365),
  warnDays: fc.constantFrom(0, 14, 90),
  maxKeys: fc.constantFrom(0, 1, 2, 100),
  maxPercent: fc.constantFrom(0, 1, 25, 33.3, 100),
  concurrency: fc.constantFrom(1, 10, 40),
  exemptUsers: fc
    .array(fc.constantFrom('*', 'backup-*', 'BACKUP-BOT', '*bot', '__proto__', 'a*', 'garcia.lucia', '+a@*', 'b*k*p'), {
      maxLength: 1,
    })
    .map((names) => ['ses-smtp-user.*', ...names.filter((name) => name !== '*' || names.length > 1)]),
  exemptSesUsers: fc.constant('yes'),
  exemptPaths: fc
    .array(fc.constantFrom('/service/', '/', '/other/'), { maxLength: 1 })
    .map((paths) => paths.filter((path) => path !== '/')),
})

export const caller: fc.Arbitrary<Caller> = fc.record({
  account: fc.constant('111122223333'),
  arn: fc.constant('arn:aws:iam::111122223333:user/x'),
  userName: fc.constantFrom(null, null, null, 'backup-bot', '__proto__'),
  accessKeyId: fc.constantFrom(null, 'ASIAKEYSWEEPTESTROLE', 'ASIAKEYSWEEPTESTROLE', IDS[1] ?? null),
  accountAlias: fc.constant(null),
  sourceKeyIds: fc.constantFrom([], [], [], [IDS[0] ?? ''], ['AKIAELSEWHEREELSEWHE', IDS[2] ?? '']),
})
