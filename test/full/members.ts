// The accounts of the organization in moto, beside its management account: every end that an account can have there.
import type { KeyPast, Person } from './moto-account.ts'
import type { Member } from './moto-organization.ts'
import { OPERATOR } from './people.ts'

const key = (created: number, used: number | null, taken: boolean): KeyPast => ({ created, used, taken })
const idle = (name = 'idle'): Person => ({ name, keys: [key(400, 200, true)] })
const busy: Person = { name: 'busy', keys: [key(400, 1, false)] }
const never: Person = { name: 'never', keys: [key(400, null, true)] }
const pair: Person = { name: 'pair', keys: [key(400, 300, true), key(400, 1, false)] }
const exempt: Person = {
  name: 'exempt',
  keys: [key(400, 200, false)],
  tags: () => ({ 'keysweep-exempt': 'break glass' }),
}

const ordinary = (count: number): Member[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `team-${String(index + 1).padStart(2, '0')}`,
    people: [idle(), busy, ...(index % 3 === 0 ? [never] : []), ...(index % 4 === 0 ? [pair, exempt] : [])],
  }))

/** With the management account these are 25. */
export const MEMBERS: Member[] = [
  { name: 'hub', people: [OPERATOR, idle()] },
  { name: 'clean', people: [busy] },
  { name: 'left-out', people: [idle(), busy] },
  { name: 'excluded', people: [idle()], tags: { keysweep: 'off' } },
  { name: 'closed', people: [idle()], closed: true },
  { name: 'roleless', people: [idle()], withoutRoles: true },
  ...ordinary(18),
]

/** keysweep.yml for these accounts. */
export const ORGANIZATION_SETTINGS = `
mode: apply
approval: always
policy:
  maxKeys: 300
  maxPercent: 100
organization:
  exceptTags: [keysweep=off]
  maxPercent: 100
`
