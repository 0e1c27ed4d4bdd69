// Which thread a run in an account is started in.
import { expect, it } from '@jest/globals'
import type { Execution, ExecutionResult, LocalMachine } from '../../engine/step-functions.ts'
import { spreadOver } from '../../local/spread.ts'

/** Places that note what is started in them; 0 is this thread. */
function places(most: number) {
  const started: [run: string, place: number][] = []
  const ends = new Map<string, (result: ExecutionResult) => void>()
  const ended = new Set<number>()
  let count = 0
  const place = (nth: number): LocalMachine => {
    return ({ name }) => {
      started.push([name, nth])
      const result = new Promise<ExecutionResult>((resolve) => ends.set(name, resolve))
      return { result } as Execution
    }
  }
  const another = () => {
    count += 1
    const nth = count
    return { start: place(nth), hasEnded: () => ended.has(nth) }
  }
  const spread = spreadOver(place(0), another, most)
  const runOf = (phase: string, nth: number) => `org-${phase}-${String(nth).padStart(12, '0')}`
  return {
    start: (nth: number, phase = 'survey') => void spread({ name: runOf(phase, nth), input: {} }),
    async end(nth: number, phase = 'survey') {
      ends.get(runOf(phase, nth))?.({ status: 'SUCCEEDED', output: {} })
      await new Promise((resolve) => setImmediate(resolve))
    },
    endPlace: (nth: number) => void ended.add(nth),
    placesOf: (phase = 'survey') => started.filter(([name]) => name.includes(phase)).map(([, nth]) => nth),
  }
}

const startAll = (start: (nth: number) => void, count: number) => {
  for (let nth = 1; nth <= count; nth += 1) start(nth)
}

it('four runs at once stay in this thread, the fifth begins another, and all are used alike from then on', () => {
  const { start, placesOf } = places(2)
  startAll(start, 12)
  expect(placesOf()).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1])
})

it('there are never more threads than given, and with one there is this thread alone', () => {
  const three = places(3)
  startAll(three.start, 30)
  expect([...new Set(three.placesOf())]).toEqual([0, 1, 2])
  const one = places(1)
  startAll(one.start, 30)
  expect([...new Set(one.placesOf())]).toEqual([0])
})

it('accounts one after another need no other thread', async () => {
  const { start, end, placesOf } = places(4)
  for (let nth = 1; nth <= 10; nth += 1) {
    start(nth)
    await end(nth)
  }
  expect([...new Set(placesOf())]).toEqual([0])
})

it('the second run of an account is in the thread of its first, unless that has two runs more than another', async () => {
  const { start, end, placesOf } = places(2)
  startAll(start, 8)
  for (let nth = 1; nth <= 8; nth += 1) await end(nth)
  // 5 to 8 were in the other thread.
  for (const nth of [5, 6, 7, 1, 8, 2]) start(nth, 'change')
  expect(placesOf('change')).toEqual([1, 1, 0, 0, 1, 0])
})

it('a thread that has ended starts no run, also not the next one of an account that it had, and is not replaced', () => {
  const { start, endPlace, placesOf } = places(2)
  startAll(start, 8)
  endPlace(1)
  for (let nth = 1; nth <= 8; nth += 1) start(nth, 'change')
  expect(placesOf('change')).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
})

it('a thread that ends at its start leaves the run to another', () => {
  const { start, endPlace, placesOf } = places(3)
  endPlace(1)
  startAll(start, 8)
  expect(placesOf()).toEqual([0, 0, 0, 0, 0, 2, 2, 2])
})
