// Holds the product to the direction of imports, and the rules themselves to sources that break them.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CORE_ROOMS } from '../../scripts/rooms.ts'
import { brokenRules, FOLDERS, importsOf } from './import-rules.ts'

const sources = globSync(FOLDERS.map((folder) => `${folder}/**/*.ts`)).map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}))

describe('the product', () => {
  it('has sources to look at', () => {
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['core/model/documents/plan.ts', 'io/store/run-store.ts']),
    )
  })

  it('has no folder that the list of rooms leaves out', () => {
    const folders = globSync('*/**/*.ts', { exclude: ['node_modules/**', 'build/**', 'dist/**'] }).map(
      (path) => path.split('/')[0],
    )
    expect([...new Set(folders)].sort()).toEqual([...FOLDERS, 'bench', 'test'].sort())
    expect(new Set(globSync('core/**/*.ts').map((path) => path.split('/')[1]))).toEqual(
      new Set(Object.keys(CORE_ROOMS)),
    )
  })

  it('imports one way, keeps AWS in io/, and has a pure core', () => {
    expect(sources.flatMap(brokenRules)).toEqual([])
  })
})

describe('the rules', () => {
  it.each([
    ['core/run/plan.ts', `import { runKey } from '../../io/store/run-store.ts'`],
    ['core/run/plan.ts', `import type { Iam } from '../../io/iam/iam.ts'`],
    ['core/run/plan.ts', `export * from '../../functions/make-plan.ts'`],
    ['core/judge/verdict.ts', `import { makePlan } from '../run/plan.ts'`],
    ['core/model/policy.ts', `import { judge } from '../judge/verdict.ts'`],
    ['core/texts/plain.ts', `import { judge } from '../judge/verdict.ts'`],
    ['core/run/plan.ts', `import {\n  a,\n  b,\n} from '../../cli/main.ts'`],
    ['io/iam/iam.ts', `const { demo } = await import('../../demo/server.ts')`],
    ['functions/make-plan.ts', `import '../engine/step-functions.ts'`],
    ['steps/user-facts.ts', `import { handler } from '../functions/make-plan.ts'`],
    ['engine/step-functions.ts', `import type { Policy } from '../core/model/policy.ts'`],

    ['local/ports.ts', `import { answerLine } from '../cli/render/answer-line.ts'`],
    ['local/ports.ts', `import { listRuns } from '../views/runs.ts'`],
    ['views/runs.ts', `import { UsageError } from '../cli/failure.ts'`],
    ['functions/make-plan.ts', `import { newRunId } from '../local/local-run.ts'`],
    ['engine/step-functions.ts', `import { show } from '../cli/commands/show.ts'`],
    ['engine/step-functions.ts', `import { account } from '../demo/account.ts'`],
    ['demo/server.ts', `import { runKey } from '../io/store/run-store.ts'`],
    ['demo/server.ts', `import { run } from '../cli/commands/run.ts'`],
    ['cli/main.ts', `import { stack } from '../test/project/stack.ts'`],
    ['cli/main.ts', `import { drawMachine } from '../scripts/picture.ts'`],
  ])('refuse %s with %s', (path, text) => {
    expect(brokenRules({ path, text })).toEqual([expect.stringContaining('against the direction')])
  })

  it.each([
    ['cli/commands/run.ts', `import { IAMClient } from '@aws-sdk/client-iam'`, '@aws-sdk/client-iam, kept in io/'],
    ['steps/ports.ts', `import type { IAMClient } from '@aws-sdk/client-iam'`, '@aws-sdk/client-iam, kept in io/'],
    ['demo/server.ts', `export { x } from '@smithy/core'`, '@smithy/core, kept in io/'],
    ['scripts/size.ts', `import { IAMClient } from '@aws-sdk/client-iam'`, '@aws-sdk/client-iam, kept in io/'],
    [
      'core/notify/metrics.ts',
      `import { Metrics } from '@aws-lambda-powertools/metrics'`,
      '@aws-lambda-powertools/metrics, kept in functions/',
    ],
    ['functions/x.ts', `const load = (name: string) => import(name)`, 'a module by a computed name'],
  ])('refuse %s with %s', (path, text, message) => {
    expect(brokenRules({ path, text })).toEqual([expect.stringContaining(message)])
  })

  it.each([
    ['process.env', `export const store = process.env['KEYSWEEP_STORE']`],
    ['process.env', `export const { KEYSWEEP_STORE } = process.env`],
    ['Date.now', `export const now = () => Date.now()`],
    ['new Date()', `export const now = new Date()`],
    ['new Date()', `export const now = new Date`],
    ['performance.now', `export const started = performance.now()`],
    ['node:fs', `import { readFileSync } from 'node:fs'`],
    ['node:process', `import { env } from 'node:process'`],
  ])('refuse %s in core: %s', (what, text) => {
    expect(brokenRules({ path: 'core/model/x.ts', text })).toEqual([expect.stringContaining(what)])
  })

  it.each([
    ['core/run/plan.ts', `import { createHash } from 'node:crypto'\nexport const at = (ms: number) => new Date(ms)`],
    ['core/texts/plain.ts', `import { stripVTControlCharacters } from 'node:util'`],
    ['core/run/plan.ts', `// The clock is handed in: no new Date(), no process.env here.\nexport const a = 1`],
    [
      'io/iam/iam.ts',
      `import { IAMClient } from '@aws-sdk/client-iam'\nimport type { Caller } from '../../core/model/facts.ts'`,
    ],
    ['functions/metrics.ts', `import { Metrics } from '@aws-lambda-powertools/metrics'`],
    [
      'cli/main.ts',
      `import { account } from '../demo/account.ts'\nimport settings from '../package.json' with { type: 'json' }`,
    ],
  ])('leave %s alone with %s', (path, text) => {
    expect(brokenRules({ path, text })).toEqual([])
  })

  it('read every way to name a module', () => {
    const text = `import a, { type B } from 'a'\nimport type { C } from 'c'\nimport 'd'\nexport * from 'e'\nexport type { F } from 'f'\nconst g = import('g')\nconst h = require('h')`
    expect(importsOf(text).toSorted()).toEqual(['a', 'c', 'd', 'e', 'f', 'g', 'h'])
  })
})
