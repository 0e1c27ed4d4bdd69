// What the faults found, each by itself.
import { describe, expect, it } from '@jest/globals'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { crashAndRunAgain } from './crash.ts'
import { complaints, shownRecord } from './judge.ts'
import { openScene, sceneIn, statusById } from './scenes.ts'
import { runStoreCell, type StoreCell } from './store-cells.ts'

describe('Write record', () => {
  const cell = (operation: 'get' | 'list', place: StoreCell['place']): StoreCell => ({
    ...{ scene: 'apply', handler: 'WriteRecord', operation, fault: 'refused', place, lasting: 'once' },
  })
  it.each([cell('get', 'first'), cell('get', 'last'), cell('list', 'first')])(
    'writes no record that hides what was done, because one read was refused',
    async (refused) => {
      expect(await runStoreCell(refused)).toEqual([])
    },
  )
})

describe('an undo', () => {
  it('that died between its intent and its write can be done again', async () => {
    expect(await crashAndRunAgain('undo', 'before Active idle-a')).toEqual([])
  })
  it('whose writes never reached IAM can be done again', async () => {
    const scene = await openScene('undo')
    const heal = scene.world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'reset before' })
    const failed = await scene.run()
    expect(failed.record?.status).toBe('some keys failed')
    heal()
    scene.world.pass(3_600_000)
    const again = sceneIn('undo', scene.world, 'undo-2')
    expect(await complaints(again, await again.run())).toEqual([])
    const statuses = statusById(scene.world)
    expect(scene.mayTake.map((id) => statuses.get(id))).toEqual(['Active', 'Active', 'Active'])
  })
})

describe('a user whom IAM does not find after the update', () => {
  const sentAndGone = async (lasting: 'once' | 'for good') => {
    const scene = await openScene('apply', { concurrency: 1 })
    const { endpoint } = scene.world
    endpoint.on('UpdateAccessKey', 1, () => {
      const nth = lasting === 'once' ? 1 : 'every'
      endpoint.fault({ action: 'ListAccessKeys', kind: 'error', error: 'NoSuchEntity', nth })
    })
    expect(await complaints(scene, await scene.run())).toEqual([])
    return (await shownRecord(scene))?.keys.filter(({ outcome }) => outcome !== null)
  }
  it('once, is asked for again, and the key is deactivated', async () => {
    expect(await sentAndGone('once')).toMatchObject([{}, {}, {}].map(() => ({ outcome: 'deactivated' })))
  })
  it('permanently, leaves a key of which the record says that it may have been changed', async () => {
    const keys = await sentAndGone('for good')
    expect(keys?.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { outcomeReason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }) },
    ])
    expect(keys?.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(2)
  })
})

describe('an intent whose answer was lost', () => {
  it('is not taken for an update that may have been sent, once IAM has refused the update', async () => {
    const store = makeMemoryStore()
    const { put } = store
    // S3's client asks again after a lost answer, and is told that something stands there: its own text.
    const lost: string[] = []
    store.put = async (key, text) => {
      const stands = await put(key, text)
      if (!key.endsWith('.intent.json') || lost.includes(key)) return stands
      lost.push(key)
      return { ...stands, created: false }
    }
    const scene = await openScene('apply', { store, denied: 'idle-a' })
    expect(await complaints(scene, await scene.run())).toEqual([])
    const shown = await shownRecord(scene)
    expect(shown?.keys.find((key) => key.user === 'idle-a')?.outcomeReason).toMatch(/^IamDenied/)
  })
})
