import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { bothEnded } from '../../../cli/follow/both-ended.ts'

describe('of two things that run at once', () => {
  it('both results are there', async () => {
    expect(await bothEnded(Promise.resolve(1), Promise.resolve('two'))).toEqual([1, 'two'])
  })

  it.each([
    ['first', (other: Promise<string>) => bothEnded(Promise.reject(new Error('first')), other)],
    ['second', (other: Promise<string>) => bothEnded(other, Promise.reject(new Error('second')))],
  ])('a failure of the %s is thrown when the other has ended', async (name, start) => {
    const other = Promise.withResolvers<string>()
    const order: string[] = []
    const both = start(other.promise).catch((error: Error) => order.push(error.message))
    await pause(1)
    order.push('other')
    other.resolve('done')
    await both
    expect(order).toEqual(['other', name])
  })

  it('the failure of the first is thrown if both fail', async () => {
    const late = pause(1).then(() => Promise.reject(new Error('first')))
    await expect(bothEnded(late, Promise.reject(new Error('second')))).rejects.toThrow('first')
  })
})
