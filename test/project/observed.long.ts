// Which function carries what it takes to be seen from outside: the logger all, the metrics those that count something.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bundleFunctions } from '../../scripts/bundle.ts'

const HANDLER = /^export const handler = /m
const sources = globSync('functions/*.ts').filter((file) => HANDLER.test(readFileSync(file, 'utf8')))
const folder = mkdtempSync(path.join(tmpdir(), 'keysweep-observed-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the bundles', () => {
  let packages: Record<string, string[]>
  beforeAll(async () => {
    const { outputs } = await bundleFunctions(process.cwd(), sources, folder)
    packages = Object.fromEntries(
      Object.entries(outputs).map(([name, { inputs }]) => [path.basename(name, '.cjs'), Object.keys(inputs)]),
    )
  })
  const having = (name: string) =>
    Object.keys(packages)
      .filter((bundle) => packages[bundle]?.some((input) => input.includes(`${name}/`)))
      .sort()

  it('hold the logger, all of them', () => {
    expect(having('@aws-lambda-powertools/logger')).toEqual(Object.keys(packages).sort())
  })
  it('hold the metrics only where something is counted', () => {
    expect(having('@aws-lambda-powertools/metrics')).toEqual([
      'ask-for-approval',
      'ask-for-organization-approval',
      'check-suspects',
      'count-waiting',
      'make-organization-plan',
      'make-plan',
      'take-stored-plan',
      'write-organization-record',
      'write-record',
    ])
  })
})
