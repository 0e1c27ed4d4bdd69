import { describe, expect, it } from '@jest/globals'
import { InputRefused } from '../../../core/model/errors.ts'
import { keysToUndo, refuseUndoOf } from '../../../core/run/undo.ts'
import { CALLER } from '../../support/facts.ts'
import { idOf, inputOf, plannedKeyOf } from '../../support/waiting.ts'

const planned = [1, 2, 3].map((index) => plannedKeyOf(index))
const idsOf = (keys: string[] | null) => keysToUndo({ run: 'run-0', keys }, planned).map((key) => key.accessKeyId)

describe('a run may be undone', () => {
  it('where it is of this store and account, and no undo itself', () => {
    expect(refuseUndoOf('run-0', inputOf(), CALLER.account)).toBeUndefined()
  })
  it.each([
    ['is not there', null, 'expected a run of this store, received run-0, which is not in it'],
    [
      'is an undo',
      inputOf({ undo: { run: 'run-9', keys: null } }),
      'an undo is not undone, received run-0, which undid run-9',
    ],
    [
      'was of another account',
      inputOf({ account: '999999999999' }),
      'expected a run of account 111122223333, received run-0, which was of 999999999999',
    ],
  ])('but not one that %s', (_, source, message) => {
    const undo = () => refuseUndoOf('run-0', source, CALLER.account)
    expect(undo).toThrow(InputRefused)
    expect(undo).toThrow(`Undo refused: ${message}`)
  })
})

describe('an undo is about', () => {
  it('all planned keys, where none are named', () => {
    expect(idsOf(null)).toEqual([1, 2, 3].map(idOf))
  })
  it('the keys that are named', () => {
    expect(idsOf([idOf(3), idOf(1)])).toEqual([idOf(1), idOf(3)])
  })
  it('no key that the run did not plan: the first five are named', () => {
    const undo = () => idsOf([1, 4, 5, 6, 7, 8, 9].map(idOf))
    expect(undo).toThrow(InputRefused)
    expect(undo).toThrow(
      new RegExp(`expected keys of the plan of run run-0, received ${[4, 5, 6, 7, 8].map(idOf).join(', ')}$`),
    )
  })
  it('nothing of a run without a plan', () => {
    const undo = () => keysToUndo({ run: 'run-0', keys: null }, null)
    expect(undo).toThrow(InputRefused)
    expect(undo).toThrow('Undo refused: expected a run with a plan, received run-0, which has none: it took nothing')
  })
})
