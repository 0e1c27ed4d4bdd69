import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../../core/model/documents/input.ts'
import { InputRefused } from '../../../core/model/errors.ts'
import { keysToUndo, refuseUndoOf } from '../../../core/run/undo.ts'
import { errorWith, expectOwnSentences, messageOf } from '../../support/error-facts.ts'
import { ACCOUNT, changeInputOf, partFields } from '../../support/organization-run.ts'
import { idOf, inputOf, plannedKeyOf } from '../../support/waiting.ts'

const planned = [1, 2, 3].map((index) => plannedKeyOf(index))
const idsOf = (keys: string[] | null) => keysToUndo({ run: 'run-0', keys }, planned, null).map((key) => key.accessKeyId)

describe('a run may be undone', () => {
  it('where it is of this store and account, and no undo itself', () => {
    expect(refuseUndoOf('run-0', inputOf(), inputOf())).toBeUndefined()
  })
  it.each<[string, RunInput | null, string[]]>([
    ['is not there', null, ['run-0']],
    ['is an undo', inputOf({ undo: { run: 'run-9', keys: null } }), ['run-0', 'run-9']],
    ['was of another account', inputOf({ account: '999999999999' }), ['run-0', '111122223333', '999999999999']],
  ])('but not one that %s', (_, source, facts) => {
    const undo = () => refuseUndoOf('run-0', source, inputOf())
    expect(undo).toThrow(InputRefused)
    expect(undo).toThrow(errorWith('InputRefused', ...facts))
  })
})

describe('a part of an organization run', () => {
  const name = `org-1-change-${ACCOUNT}`
  const undo = inputOf(partFields('undo', ACCOUNT))

  it('undoes the run that changed the account', () => {
    expect(refuseUndoOf(name, changeInputOf(ACCOUNT), undo)).toBeUndefined()
    expect(refuseUndoOf(name, changeInputOf(ACCOUNT), inputOf({ account: ACCOUNT }))).toBeUndefined()
  })
  it.each<[string, Partial<RunInput>]>([
    ['of its own that took the name', { organizationRun: null }],
    ['of another phase', { organizationRun: { run: 'org-1', phase: 'survey' } }],
    ['of another organization run', { organizationRun: { run: 'org-2', phase: 'change' } }],
  ])('undoes no run %s', (_, fields) => {
    expect(() => refuseUndoOf(name, changeInputOf(ACCOUNT, fields), undo)).toThrow(
      errorWith('InputRefused', name, ACCOUNT),
    )
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
    expect(undo).toThrow(errorWith('InputRefused', 'run-0', [4, 5, 6, 7, 8].map(idOf).join(', ')))
    expect(undo).not.toThrow(idOf(9))
  })
  it('nothing of a run without a plan, which is refused unless many accounts are undone', () => {
    expect(keysToUndo({ run: 'run-0', keys: null }, null, { run: 'org-1', phase: 'undo' })).toEqual([])
    const undo = () => keysToUndo({ run: 'run-0', keys: null }, null, null)
    expect(undo).toThrow(InputRefused)
    expect(undo).toThrow(errorWith('InputRefused', 'run-0'))
  })
})

it('each reason not to undo has a sentence of its own', () => {
  const refused = [
    () => refuseUndoOf('run-0', null, inputOf()),
    () => refuseUndoOf('run-0', inputOf({ undo: { run: 'run-9', keys: null } }), inputOf()),
    () => refuseUndoOf('run-0', inputOf({ account: '999999999999' }), inputOf()),
    () => refuseUndoOf('run-0', inputOf(), inputOf({ organizationRun: { run: 'org-1', phase: 'undo' } })),
    () => keysToUndo({ run: 'run-0', keys: [idOf(9)] }, planned, null),
    () => keysToUndo({ run: 'run-0', keys: null }, null, null),
  ]
  expectOwnSentences(refused.map(messageOf))
})
