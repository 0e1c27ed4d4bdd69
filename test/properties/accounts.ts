// Accounts by chance: odd names, tags and report values, dates around every term, pairs made in one second, root.
import fc from 'fast-check'
import { age, userName } from './facts.ts'
import type { DrawnAccount, DrawnKey, DrawnUser } from './lives.ts'

const DAY = 86_400_000

/** Half of the keys are long dead: a scenario in which nothing is ever written proves little. */
const dead: fc.Arbitrary<DrawnKey> = fc.record({
  created: fc.constantFrom(400 * DAY, 900 * DAY),
  used: fc.constantFrom(null, 370 * DAY, 95 * DAY),
  status: fc.constant('Active'),
})

const anyKey: fc.Arbitrary<DrawnKey> = fc.record({
  created: age,
  used: fc.option(age),
  status: fc.oneof(
    { weight: 9, arbitrary: fc.constant('Active') },
    { weight: 2, arbitrary: fc.constantFrom('Inactive', 'Expired', 'Odd') },
  ),
})

const key = fc.oneof(anyKey, dead)

const tags = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'keysweep-exempt': 'partner' },
      { 'Keysweep-Exempt': '' },
      { 'keysweep-exempt-until': '2026-09-12 leave' },
      { 'keysweep-exempt-until': '2026-09-10' },
      { 'keysweep-exempt-until': 'soon' },
      { keysweep_exempt: 'partner' },
      { 'keysweep-exempt': 'false' },
      { owner: 'x', email: 'y', three: '3', __proto: 'z' },
    ),
  },
)

/** Values that no recorded report holds in these columns, and lies: the report never decides. */
const reportSays = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<DrawnUser['reportSays']>(
      { access_key_1_active: 'maybe' },
      { access_key_1_active: 'TRUE' },
      { access_key_1_last_rotated: 'not_supported' },
      { access_key_2_last_used_date: 'no_information' },
      { access_key_1_last_rotated: '2026-09-01T00:00:00+00:00' },
      { access_key_2_active: 'true', access_key_2_last_rotated: '2026-01-01T00:00:00Z' },
      { access_key_1_last_used_date: '2026-09-10T00:00:00Z' },
      { access_key_1_active: 'false' },
      { user_creation_time: '2026-09-01T00:00:00Z' },
      { user_creation_time: '2010-01-01T00:00:00Z' },
    ),
  },
)

const user: fc.Arbitrary<DrawnUser> = fc.record({
  name: userName,
  path: fc.constantFrom('/', '/', '/service/', '/service/backup/'),
  tags,
  sparedKey: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(2) }),
  keys: fc
    .tuple(fc.oneof(fc.tuple(dead), fc.array(key, { maxLength: 3, size: 'max' })), fc.boolean())
    .map(([keys, sameSecond]) => (sameSecond ? keys.map((one) => ({ ...one, created: keys[0]?.created ?? 0 })) : keys)),
  reportSays,
})

/** Users whose keys are in daily use, so that a percentage of the account says something. */
const crowd = fc.constantFrom(0, 0, 0, 17, 19, 24).map((size) =>
  Array.from(
    { length: size },
    (_, at): DrawnUser => ({
      name: `busy-${at}`,
      path: '/',
      tags: {},
      sparedKey: null,
      keys: [{ created: 500 * DAY, used: 0, status: 'Active' }],
      reportSays: {},
    }),
  ),
)

export const account: fc.Arbitrary<DrawnAccount> = fc.record({
  users: fc
    .tuple(fc.uniqueArray(user, { minLength: 1, maxLength: 4, selector: ({ name }) => name.toLowerCase() }), crowd)
    .map((parts) => parts.flat()),
  signer: fc.record({
    other: fc.option(key),
    role: fc.boolean(),
    name: fc.constantFrom('operator', 'Operator+x', 'toString'),
  }),
  rootKeys: fc.array(key, { maxLength: 1 }),
})
