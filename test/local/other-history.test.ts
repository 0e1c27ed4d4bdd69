// A run store that also knows what other stores say of keys.
import { expect, it } from '@jest/globals'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { withHistoryOf } from '../../local/other-history.ts'
import { makeMemoryStore as memoryStore } from '../support/memory-store.ts'

const KEY = 'AKIAIDLEIDLEIDLEIDLE'
const at = (runId: string, name = 'intent') => accessKeyKey(KEY, runId, name)

it('lists and reads what the others say of keys, and nothing else of theirs', async () => {
  const [own, other] = [memoryStore(), memoryStore()]
  await own.put(at('here'), 'ours')
  await other.put(at('there'), 'theirs')
  await other.put('runs/there/input.json', '{}')
  const both = withHistoryOf(own, [other])
  expect(await both.list(`keys/${KEY}/`)).toEqual([at('here'), at('there')])
  expect([await both.get(at('here')), await both.get(at('there')), await both.get(at('nowhere'))]).toEqual([
    'ours',
    'theirs',
    null,
  ])
  expect([await both.list('runs/'), await both.get('runs/there/input.json')]).toEqual([[], null])
})

it('writes to its own store alone', async () => {
  const [own, other] = [memoryStore(), memoryStore()]
  await other.put(at('there'), 'theirs')
  const both = withHistoryOf(own, [other])
  expect(await both.put(at('there'), 'ours')).toEqual({ created: true, text: 'ours' })
  expect([await own.get(at('there')), await other.get(at('there'))]).toEqual(['ours', 'theirs'])
})

it('takes nothing of a run whose id its own store has', async () => {
  const [own, other] = [memoryStore(), memoryStore()]
  const both = withHistoryOf(own, [other])
  await other.put(at('monday'), 'theirs')
  expect(await both.list(`keys/${KEY}/`)).toEqual([at('monday')])
  await own.put('runs/monday/input.json', '{}')
  expect(await both.list(`keys/${KEY}/`)).toEqual([])
  expect(await both.get(at('monday'))).toBeNull()
})

it('finds the last report where its own store has it', async () => {
  const [own, other] = [memoryStore(), memoryStore()]
  await own.put('runs/monday/plan.json', '{}')
  await own.put('runs/tuesday/plan.json', '{}')
  await other.put('runs/wednesday/plan.json', '{}')
  const both = withHistoryOf(own, [other])
  const newest = (among?: (runId: string) => boolean) => both.newest('runs/', 'plan.json', among)
  expect(await newest()).toEqual(['runs/tuesday/plan.json', 'runs/monday/plan.json'])
  expect(await newest((runId) => runId === 'monday')).toEqual(['runs/monday/plan.json'])
})
