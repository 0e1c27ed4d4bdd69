// An account with a true history: everything that other people and our runs did to a key, and when. A test's verdict
// rests on this, never on what the product remembers.
import {
  type Account,
  type AccountKey,
  type AccountUser,
  accessKeyId,
  newAccount,
  newKey,
  newUser,
} from '../../demo/account.ts'

/** Something that another person does; user and key are counted round, so that any number names one. */
export interface Change {
  kind: 'use' | 'create' | 'deactivate' | 'reactivate' | 'delete' | 'tag' | 'untag' | 'move' | 'delete user'
  user: number
  key: number
}

/** A key's change of status, by another person. */
export interface HandDid {
  accessKeyId: string
  to: string
  at: number
  /** How many writes of ours had been carried out by then: tells the order within one instant. */
  afterWrites: number
}

export const SIGNER = accessKeyId('operator')

/** A key as drawn: milliseconds before the beginning; null: never used. */
export interface DrawnKey {
  created: number
  used: number | null
  status: string
}

export interface DrawnUser {
  name: string
  path: string
  tags: Record<string, string>
  /** Of which key, if any, a tag exempts it alone. */
  sparedKey: number | null
  keys: DrawnKey[]
  reportSays: AccountUser['reportSays']
}

export interface DrawnAccount {
  users: DrawnUser[]
  /** The signer's other key, and whether the run signs as that user or as a role. */
  signer: { other: DrawnKey | null; role: boolean; name: string }
  rootKeys: DrawnKey[]
}

export const ROLE_KEY = 'ASIAKEYSWEEPTESTROLE'

export function accountOf(drawn: DrawnAccount, beginning: number): Account {
  const before = (milliseconds: number) => new Date(beginning - milliseconds)
  const keyOf = (id: string, { created, used, status }: DrawnKey): AccountKey =>
    newKey(id, before(created), {
      status,
      lastUsed: used === null ? null : { at: before(used), service: 's3', region: 'eu-west-1' },
    })
  const users = drawn.users.map(({ name, path, tags, sparedKey, keys, reportSays }) => {
    const idOf = (index: number) => accessKeyId(`${name}/${index}`)
    const spare = sparedKey === null ? {} : { [`keysweep-exempt/${idOf(sparedKey)}`]: 'this one' }
    return newUser(name, {
      path,
      tags: { ...tags, ...spare },
      keys: keys.map((key, at) => keyOf(idOf(at), key)),
      reportSays,
    })
  })
  const { other, role, name } = drawn.signer
  const signs = keyOf(SIGNER, { created: 900 * 86_400_000, used: null, status: 'Active' })
  const signer = newUser(name, {
    keys: role ? [] : [signs, ...(other === null ? [] : [keyOf(accessKeyId('operator/2'), other)])],
  })
  return newAccount('111122223333', {
    users: [signer, ...users],
    root: {
      createdAt: before(4000 * 86_400_000),
      keys: drawn.rootKeys.map((key, at) => keyOf(`AKIAROOTROOTROOTROO${at}`, key)),
      reportSays: {},
    },
    sessions: { [ROLE_KEY]: { role: 'keysweep', session: 'run' } },
  })
}

/** Carries out what another person does, and notes a change of status. The signer is left alone: it must go on signing. */
export function act(account: Account, change: Change, now: Date, writes: readonly unknown[], did: HandDid[]): void {
  const users = account.users.slice(1)
  const user = users[change.user % Math.max(users.length, 1)]
  if (user === undefined) return
  const key = user.keys[change.key % Math.max(user.keys.length, 1)]
  const set = (to: string) => {
    if (key === undefined || key.status === to) return
    did.push({ accessKeyId: key.id, to, at: now.getTime(), afterWrites: writes.length })
    key.status = to
  }
  switch (change.kind) {
    case 'use':
      if (key?.status === 'Active') key.lastUsed = { at: now, service: 'ec2', region: 'eu-west-1' }
      return
    case 'create':
      user.keys.push(newKey(accessKeyId(`${user.name}/made/${now.getTime()}/${user.keys.length}`), now))
      return
    case 'deactivate':
      set('Inactive')
      return
    case 'reactivate':
      set('Active')
      return
    case 'delete':
      if (key !== undefined) user.keys.splice(user.keys.indexOf(key), 1)
      return
    case 'tag':
      user.tags['keysweep-exempt'] = 'just now'
      return
    case 'untag':
      user.tags = {}
      return
    // Under a path that some policies exempt, and away from it again.
    case 'move':
      user.path = user.path === '/service/' ? '/people/' : '/service/'
      return
    case 'delete user':
      account.users.splice(account.users.indexOf(user), 1)
  }
}
