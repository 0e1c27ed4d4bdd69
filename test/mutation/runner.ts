// Stryker's test runner for keysweep. @stryker-mutator/jest-runner has Jest load every file anew for each mutant: half a
// second each, an hour in all. Here files are loaded once, a mutant is switched on in what is loaded, and only the
// tests that reach it run. A mutant in what happens while a file is loaded gets the file anew.
import { globSync } from 'node:fs'
import path from 'node:path'
import type { InstrumenterContext } from '@stryker-mutator/api/core'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import * as stryker from '@stryker-mutator/api/test-runner'
import { loadSuite, type Result, runSuite, type Suite } from './suite.ts'

/**
 * Which tests are to notice a fault in a folder's code: its own, and what plays it through. That a run of the whole
 * machine would stumble over a fault does not count, nor that a property would by chance.
 */
const TESTS_OF: Record<string, string[]> = {
  core: ['test/core/**/*.test.ts', 'test/steps/run-documents.test.ts', 'test/project/events.test.ts'],
  // What the handlers share is played through by theirs.
  steps: ['test/steps/**/*.test.ts', 'test/functions/**/*.test.ts'],
  functions: ['test/functions/**/*.test.ts', 'test/steps/**/*.test.ts'],
  io: ['test/io/**/*.test.ts'],
}

/** Stryker's copy of the project: tests of the command line change the working directory. */
let root: string | undefined

const filesFor = (mutated: string[]): string[] => {
  root ??= process.cwd()
  process.chdir(root)
  const folders = new Set(mutated.map((file) => path.relative('.', file).split(path.sep)[0] ?? ''))
  return [...new Set([...folders].flatMap((folder) => globSync(TESTS_OF[folder] ?? [])))].sort()
}

/** Where the code that Stryker has prepared looks for the mutant that is on, and notes which it passed. */
const context: InstrumenterContext = {}
Object.assign(globalThis, { __stryker__: context })

function noteTest(id: string | undefined): void {
  delete context.currentTestId
  if (id !== undefined) context.currentTestId = id
}

const suites = new Map<string, Suite>()

/** With no mutant on. */
async function loaded(file: string): Promise<Suite> {
  delete context.activeMutant
  const suite = suites.get(file) ?? (await loadSuite(path.resolve(file), file))
  suites.set(file, suite)
  return suite
}

async function dryRun({ files = [] }: stryker.DryRunOptions): Promise<stryker.DryRunResult> {
  context.mutantCoverage = { static: {}, perTest: {} }
  const tests: stryker.TestResult[] = []
  const mutated = files.map((file) => path.resolve(file))
  for (const file of filesFor(files)) {
    const suite = await loaded(file)
    // The others reach no mutant.
    if (!mutated.some((one) => suite.imports.has(one))) continue
    const results = await runSuite(suite, () => true, noteTest)
    tests.push(...results.map((result) => asStrykers(file, result)))
  }
  return { status: stryker.DryRunStatus.Complete, tests, mutantCoverage: context.mutantCoverage }
}

function asStrykers(fileName: string, { id, milliseconds, errors }: Result): stryker.TestResult {
  const test = { id, name: id, timeSpentMs: milliseconds, fileName }
  if (errors.length === 0) return { ...test, status: stryker.TestStatus.Success }
  return { ...test, status: stryker.TestStatus.Failed, failureMessage: messageOf(errors) }
}

const messageOf = (errors: unknown[]): string =>
  errors
    .flat()
    .map((error) => String(error))
    .join('\n')
    .slice(0, 500)

async function mutantRun(options: stryker.MutantRunOptions): Promise<stryker.MutantRunResult> {
  const { activeMutant, hitLimit, mutantActivation, sandboxFileName, testFilter } = options
  const asked = new Set(testFilter)
  const isAsked = (id: string) => testFilter === undefined || asked.has(id)
  Object.assign(context, { hitCount: hitLimit === undefined ? undefined : 0, hitLimit, mutantCoverage: undefined })
  const anew = mutantActivation === 'static'
  let ran = 0
  const files = nearestFirst(filesFor([sandboxFileName]), sandboxFileName)
  for (const file of anew ? await fewestImportsFirst(files, sandboxFileName) : files) {
    const suite = await loaded(file)
    if (![...suite.tests.keys()].some(isAsked)) continue
    context.activeMutant = activeMutant.id
    const results = await runWith(suite, file, anew, isAsked)
    delete context.activeMutant
    const over = stryker.determineHitLimitReached(context.hitCount, hitLimit)
    if (over !== undefined) return { ...over, status: stryker.MutantRunStatus.Timeout }
    ran += results.length
    const failed = results.find(({ errors }) => errors.length > 0)
    if (failed !== undefined) {
      const failureMessage = messageOf(failed.errors)
      return { status: stryker.MutantRunStatus.Killed, killedBy: [failed.id], failureMessage, nrOfTests: ran }
    }
  }
  return { status: stryker.MutantRunStatus.Survived, nrOfTests: ran }
}

/** Those that import the mutated file. What imports little is loaded soon, and is close to what it tests. */
async function fewestImportsFirst(files: string[], mutated: string): Promise<string[]> {
  const suites: Suite[] = []
  for (const file of files) suites.push(await loaded(file))
  const near = suites
    .filter(({ imports }) => imports.has(path.resolve(mutated)))
    .toSorted((a, b) => a.imports.size - b.imports.size)
  return nearestFirst(
    near.map(({ file }) => path.relative('.', file)),
    mutated,
  )
}

/** A file that cannot be loaded with the mutant on fails like one of its tests. */
async function runWith(suite: Suite, file: string, anew: boolean, isAsked: (id: string) => boolean): Promise<Result[]> {
  try {
    const fresh = anew ? await loadSuite(suite.file, file) : suite
    return await runSuite(fresh, isAsked, () => {})
  } catch (error) {
    return [{ id: [...suite.tests.keys()].find(isAsked) ?? file, milliseconds: 0, errors: [error] }]
  }
}

/** core/run/plan.ts is for test/core/run/plan.test.ts before all others. */
const nearestFirst = (files: string[], mutated: string): string[] => {
  const isNearest = (file: string) => path.basename(file).startsWith(`${path.basename(mutated, '.ts')}.`)
  return [...files.filter(isNearest), ...files.filter((file) => !isNearest(file))]
}

const makeRunner = Object.assign(
  (): stryker.TestRunner => ({ capabilities: () => ({ reloadEnvironment: true }), dryRun, mutantRun }),
  { inject: [] as const },
)

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'circus', makeRunner)]
