// One file of tests, loaded once and run as often as there are mutants, by jest-circus, which runs the tests of Jest too.
import type { Circus } from '@jest/types'
import { addEventHandler, getState, resetState, run, setState } from 'jest-circus'
import { loadAnew } from './fresh-modules.ts'

const TEST_TIMEOUT_MILLISECONDS = 15_000

export interface Suite {
  file: string
  /** The files of ours that it imports, one through another. */
  imports: Set<string>
  state: Circus.State
  tests: Map<string, Circus.TestEntry>
}

export interface Result {
  id: string
  milliseconds: number
  errors: unknown[]
}

/** @param name the file's, from which the ids of its tests begin */
export async function loadSuite(file: string, name: string): Promise<Suite> {
  resetState()
  const state = getState()
  state.testTimeout = TEST_TIMEOUT_MILLISECONDS
  const imports = await loadAnew(file)
  const tests = new Map<string, Circus.TestEntry>()
  // Two tests of one name are two tests.
  for (const [id, test] of testsIn(state.rootDescribeBlock, name)) {
    // It says how often files were loaded: no other process would know the test by this name, and none would run it.
    if (id.includes('?load='))
      throw new Error(`Name of a test refused: it must have no stack of an error, received ${JSON.stringify(id)}`)
    tests.set(tests.has(id) ? `${id} (${tests.size})` : id, test)
  }
  return { file, imports, state, tests }
}

const testsIn = (block: Circus.DescribeBlock, name: string): [string, Circus.TestEntry][] =>
  block.children.flatMap((child) => {
    const id = `${name} ${child.name}`
    return child.type === 'test' ? [[id, child]] : testsIn(child, id)
  })

/** Set while tests run: is told which test is on. */
let watched: { suite: Suite; ids: Map<Circus.TestEntry, string>; onTest: (id: string | undefined) => void } | undefined

addEventHandler((event) => {
  if (watched === undefined) return
  if (event.name === 'test_start') watched.onTest(watched.ids.get(event.test))
  if (event.name === 'test_done') watched.onTest(undefined)
  // One failed test is all that a mutant needs.
  if (event.name === 'test_done' && event.test.errors.length > 0) for (const [test] of watched.ids) test.mode = 'skip'
})

/** Runs these of its tests up to the first that fails. */
export async function runSuite(
  suite: Suite,
  wanted: (id: string) => boolean,
  onTest: (id: string | undefined) => void,
): Promise<Result[]> {
  const ids = new Map([...suite.tests].map(([id, test]) => [test, id]))
  const asked = [...suite.tests].filter(([id]) => wanted(id))
  for (const test of suite.tests.values())
    Object.assign(test, { mode: 'skip', errors: [], status: null, duration: null, invocations: 0 })
  for (const [, test] of asked) test.mode = undefined
  setState(suite.state)
  suite.state.unhandledErrors.length = 0
  watched = { suite, ids, onTest }
  try {
    await run()
  } finally {
    watched = undefined
  }
  const ran = asked.filter(([, test]) => test.invocations > 0 || test.errors.length > 0)
  const results = ran.map(([id, test]) => ({ id, milliseconds: test.duration ?? 0, errors: test.errors }))
  const outside = suite.state.unhandledErrors.map((error) => ({
    id: asked[0]?.[0] ?? '',
    milliseconds: 0,
    errors: [error],
  }))
  return [...results, ...outside]
}
