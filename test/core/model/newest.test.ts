// The newest few values of many.
import { expect, it } from '@jest/globals'
import { makeNewest } from '../../../core/model/newest.ts'

it('the oldest value is dropped when there are too many', () => {
  const newest = makeNewest<number>(2)
  newest.set('a', 1)
  newest.set('b', 2)
  newest.set('c', 3)
  expect(['a', 'b', 'c'].map(newest.get)).toEqual([undefined, 2, 3])
})

it.each<[string, (newest: ReturnType<typeof makeNewest<number>>) => void]>([
  ['read', ({ get }) => get('a')],
  ['set again', ({ set }) => set('a', 1)],
  ['asked for', ({ orMake }) => orMake('a', () => 9)],
])('a value that is %s becomes the newest', (_, touch) => {
  const newest = makeNewest<number>(2)
  newest.set('a', 1)
  newest.set('b', 2)
  touch(newest)
  newest.set('c', 3)
  expect(['a', 'b', 'c'].map(newest.get)).toEqual([1, undefined, 3])
})

it('a value is made once, and again only after it was dropped', () => {
  const newest = makeNewest<number>(1)
  let made = 0
  const make = () => ++made
  expect(['a', 'a', 'b', 'a'].map((key) => newest.orMake(key, make))).toEqual([1, 1, 2, 3])
})

it('a key that was never set has no value, and takes nobody’s place', () => {
  const newest = makeNewest<number>(1)
  newest.set('a', 1)
  expect(newest.get('b')).toBeUndefined()
  expect(newest.get('a')).toBe(1)
})
