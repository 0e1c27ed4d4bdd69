// The people of the whole runs against moto: every way for a key to be stale or kept that moto can hold.
import type { KeyPast, Person } from './moto-account.ts'

const key = (created: number, used: number | null, taken: boolean): KeyPast => ({ created, used, taken })
const STALE = key(400, 200, true)
const EXEMPT = { ...STALE, taken: false }
const SECOND = 1 / 86_400

/** keysweep.yml for these people. */
export const SETTINGS = `
mode: apply
approval: never
policy:
  maxKeys: 300
  maxPercent: 100
  exemptUsers: ['robot-*']
  exemptPaths: [/service/]
`

export const OPERATOR: Person = {
  name: 'operator',
  keys: [key(400, 0, false), key(400, null, false)],
}

/** A few, each with what the record is to say. */
export const FEW: Person[] = [
  OPERATOR,
  { name: 'idle', keys: [STALE], says: { row: 'unused', facts: ['2026-02-23'] } },
  { name: 'never', keys: [key(400, null, true)], says: { row: 'unused', facts: ['2025-08-07'] } },
  { name: 'busy', keys: [key(400, 1, false)] },
  { name: 'new', keys: [key(5, null, false)] },
  { name: 'nobody', keys: [] },
  { name: 'term-over', keys: [key(400, 90, true)], says: { row: 'unused', facts: ['2026-06-13'] } },
  { name: 'term-not-over', keys: [key(400, 90 - SECOND, false)], says: { row: 'in-use', facts: [] } },
  { name: 'never-term-over', keys: [key(90, null, true)], says: { row: 'unused', facts: ['2026-06-13'] } },
  { name: 'never-term-not-over', keys: [key(90 - SECOND, null, false)], says: { row: 'in-use', facts: [] } },
  { name: 'pair-one', keys: [STALE, key(30, 1, false)], says: { row: 'unused', facts: ['2026-02-23'] } },
  {
    name: 'pair-both',
    keys: [key(400, 300, true), key(200, null, true)],
    says: { row: 'unused', facts: ['2025-11-15'] },
  },
  { name: 'pair-new-one-unused', keys: [key(400, 1, false), key(100, null, true)], says: { row: 'in-use', facts: [] } },
  {
    name: 'half-off',
    keys: [{ ...EXEMPT, status: 'Inactive' }, STALE],
    says: { row: 'not-active', facts: ['Inactive'] },
  },
  { name: 'robot-7', keys: [EXEMPT], says: { row: 'exempt', facts: ['robot-*'] } },
  { name: 'ses-smtp-user.20250101-120000', keys: [EXEMPT], says: { row: 'exempt', facts: ['ses-smtp-user.*'] } },
  { name: 'backup', path: '/service/backup/', keys: [EXEMPT], says: { row: 'exempt', facts: ['/service/'] } },
  { name: 'elsewhere', path: '/people/service/', keys: [STALE] },
  {
    name: 'kept-for-good',
    tags: () => ({ owner: 'team-a', note: 'a < b & "c"', 'keysweep-exempt': 'break glass' }),
    keys: [EXEMPT],
    says: { row: 'exempt', facts: ['break glass'] },
  },
  {
    name: 'kept-until',
    tags: () => ({ owner: 'team-a', 'keysweep-exempt-until': '2026-12-31 parental leave' }),
    keys: [EXEMPT],
    says: { row: 'exempt', facts: ['2026-12-31', 'parental leave'] },
  },
  {
    name: 'no-longer-kept',
    tags: () => ({ 'keysweep-exempt-until': '2026-09-10 parental leave', owner: 'team-a' }),
    keys: [STALE],
    says: { row: 'unused', facts: ['2026-02-23'] },
  },
  {
    name: 'kept-by-key',
    tags: ([id]) => ({ owner: 'team-a', [`keysweep-exempt/${id}`]: 'the old printer' }),
    keys: [EXEMPT, STALE],
    says: { row: 'exempt', facts: ['the old printer'] },
  },
  { name: 'garcia,lucia', keys: [STALE], says: { row: 'unused', facts: ['2026-02-23'] } },
  { name: 'a,b,c', path: '/x,y/', keys: [STALE], says: { row: 'unused', facts: ['2026-02-23'] } },
  { name: '=HYPERLINK', keys: [STALE], says: { row: 'unused', facts: ['2026-02-23'] } },
  { name: 'Deploy+eu=prod@ci', keys: [STALE], says: { row: 'unused', facts: ['2026-02-23'] } },
  { name: 'x'.repeat(64), keys: [STALE], says: { row: 'unused', facts: ['2026-02-23'] } },
]

const many = (name: string, count: number, keys: KeyPast[]): Person[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${name}-${String(index + 1).padStart(3, '0')}`, keys }))

/** More suspects than Check suspects takes at once, and more stale keys than a page of anything. */
export const MANY: Person[] = [
  ...FEW,
  ...many('idle', 100, [STALE]),
  ...many('never', 30, [key(400, null, true)]),
  ...many('soon', 360, [key(400, 80, false)]),
  ...many('pair', 20, [STALE, key(30, 1, false)]),
  ...many('busy', 40, [key(400, 1, false)]),
]

export const countTaken = (people: Person[]): number =>
  people.flatMap(({ keys }) => keys).filter(({ taken }) => taken).length
