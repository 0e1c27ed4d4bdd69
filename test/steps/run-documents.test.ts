// What Start run settled is read again by every later step, perhaps of another version: a term that is missing must end
// the run, not its keys.
import { describe, expect, it } from '@jest/globals'
import { runKey } from '../../io/store/run-store.ts'
import { readInput } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { inputOf, RUN } from '../support/waiting.ts'

const withPolicy = (fields: object) => ({ ...inputOf(), policy: { ...policyOf(), ...fields } })

async function readBack(input: unknown) {
  const store = makeMemoryStore()
  await store.put(runKey(RUN, 'input.json'), JSON.stringify(input))
  return readInput(store, RUN)
}

describe('a stored input', () => {
  it('is read back as Start run wrote it', async () => {
    const undo = { run: 'run-0', keys: ['AKIAIDLEIDLEIDLEIDLE'] }
    expect(await readBack(inputOf())).toEqual(inputOf())
    expect(await readBack(inputOf({ undo }))).toEqual(inputOf({ undo }))
    for (const approval of ['always', 'over-cap', 'never'] as const) {
      const input = inputOf({ mode: 'plan', approval })
      expect(await readBack(input)).toEqual(input)
    }
  })
  it('may say more than we know, for nothing is judged by that', async () => {
    expect(await readBack({ ...inputOf(), comment: 'x' })).toMatchObject(inputOf())
  })
  it.each<[string, unknown, string]>([
    ['lacks the unused term', withPolicy({ unusedDays: undefined }), 'policy.unusedDays'],
    ['has no unused term', withPolicy({ unusedDays: null }), 'policy.unusedDays'],
    ['has an unused term of 0 days', withPolicy({ unusedDays: 0 }), 'policy.unusedDays'],
    ['has an unused term in words', withPolicy({ unusedDays: 'ninety' }), 'policy.unusedDays'],
    ['lacks the rotation term', withPolicy({ rotationDays: undefined }), 'policy.rotationDays'],
    ['lacks the exempt users', withPolicy({ exemptUsers: undefined }), 'policy.exemptUsers'],
    ['has an exemption that we do not know', withPolicy({ exemptTags: ['x'] }), 'exemptTags'],
    ['has no policy', { ...inputOf(), policy: undefined }, 'policy'],
    ['does not say who runs', { ...inputOf(), caller: undefined }, 'caller'],
    ['does not say whether it undoes', { ...inputOf(), undo: undefined }, 'undo'],
    ['has a mode that is none', { ...inputOf(), mode: 'delete' }, 'mode'],
    ['is a list', [], 'object'],
  ])('of another version is refused where it %s', async (_, input, what) => {
    const read = readBack(input)
    await expect(read).rejects.toThrow(errorWith('StoreDamaged', 'runs/run-1/input.json', 'run input', what))
  })
})
