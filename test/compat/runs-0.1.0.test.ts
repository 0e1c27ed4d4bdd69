// Every run that version 0.1.0 recorded is still readable: shown one by one, listed, and undone. The goldens are what 0.1.0
// itself answered. Later versions may add fields, so a golden must be contained in today's answer, and nothing of it lost;
// lists are as long as they were.
import { describe, expect, it } from '@jest/globals'
import { expected, recordedRuns, recordedStores, recordedUndos, shown, undone } from './recorded-runs.ts'

const STORES = recordedStores()
const ofStores = (names: (store: string) => string[]) =>
  STORES.flatMap((store) => names(store).map((name): [string, string] => [store, name]))

it('all that was recorded is here', () => {
  expect([STORES.length, ofStores(recordedRuns).length, ofStores(recordedUndos).length]).toEqual([24, 36, 22])
})

describe('keysweep show --json', () => {
  it.each(STORES)('lists the runs of store %s', async (store) => {
    expect(await shown(store)).toMatchObject({ code: 0, json: expected(store, 'show') })
  })
  it.each(ofStores(recordedRuns))('shows, of store %s, run %s', async (store, run) => {
    expect(await shown(store, run)).toMatchObject({ code: 0, json: expected(store, `show-${run}`) })
  })
})

it.each(ofStores(recordedUndos))('an undo, in store %s, of run %s', async (store, run) => {
  expect(await undone(store, run)).toMatchObject(expected(store, `undo-${run}`))
})
