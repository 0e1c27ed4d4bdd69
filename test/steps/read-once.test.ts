// What was read of a store once is handed out again only under the same key and hash.
import { describe, expect, it } from '@jest/globals'
import { byId, readOnce } from '../../steps/read-once.ts'
import { makeMemoryStore } from '../support/memory-store.ts'

const named = (sha256: string) => ({ value: { is: sha256 }, sha256 })

/** Asks for a document, and says what was given and whether it was read for that. */
function reader() {
  const once = readOnce<{ is: string }>()
  return async (
    store: ReturnType<typeof makeMemoryStore>,
    key: string,
    sha256: string | undefined,
    found: string | null,
  ) => {
    let isRead = false
    const given = await once(store, key, sha256, async () => {
      isRead = true
      return found === null ? null : named(found)
    })
    return { given: given?.value.is ?? null, isRead }
  }
}

describe('a document', () => {
  const store = makeMemoryStore()
  it('of the same store, key and hash is read once', async () => {
    const ask = reader()
    expect(await ask(store, 'plan', 'a', 'a')).toEqual({ given: 'a', isRead: true })
    expect(await ask(store, 'plan', 'a', 'b')).toEqual({ given: 'a', isRead: false })
  })
  it.each<[string, Parameters<ReturnType<typeof reader>>]>([
    ['another store', [makeMemoryStore(), 'plan', 'a', 'b']],
    ['another key', [store, 'undo', 'a', 'b']],
    ['another hash', [store, 'plan', 'b', 'b']],
    ['no hash', [store, 'plan', undefined, 'b']],
  ])('of %s is read', async (_, args) => {
    const ask = reader()
    await ask(store, 'plan', 'a', 'a')
    expect(await ask(...args)).toEqual({ given: 'b', isRead: true })
  })
  it('is kept until the same one was read with another hash', async () => {
    const ask = reader()
    await ask(store, 'plan', 'a', 'a')
    await ask(store, 'plan', 'b', 'b')
    expect(await ask(store, 'plan', 'b', 'x')).toEqual({ given: 'b', isRead: false })
    expect(await ask(store, 'plan', 'a', 'a')).toEqual({ given: 'a', isRead: true })
  })
  it('of each of 16 runs at once is kept, and the seventeenth takes the place of the one used longest ago', async () => {
    const ask = reader()
    const plan = (n: number) => [store, `plan-${n}`, 'a'] as const
    for (let n = 1; n <= 16; n += 1) await ask(...plan(n), 'a')
    expect(await ask(...plan(1), 'a')).toEqual({ given: 'a', isRead: false })
    await ask(...plan(17), 'a')
    expect(await ask(...plan(1), 'a')).toEqual({ given: 'a', isRead: false })
    expect(await ask(...plan(2), 'a')).toEqual({ given: 'a', isRead: true })
  })
  it('that is not there is asked for again, and takes nobody’s place', async () => {
    const ask = reader()
    expect(await ask(store, 'plan', 'a', null)).toEqual({ given: null, isRead: true })
    expect(await ask(store, 'plan', 'a', 'a')).toEqual({ given: 'a', isRead: true })
    expect(await ask(store, 'undo', 'b', null)).toEqual({ given: null, isRead: true })
    expect(await ask(store, 'plan', 'a', 'x')).toEqual({ given: 'a', isRead: false })
  })
})

it('keys are found by their ids', () => {
  const keys = [{ accessKeyId: 'a' }, { accessKeyId: 'b' }]
  expect([...byId(keys)]).toEqual([
    ['a', keys[0]],
    ['b', keys[1]],
  ])
})
