// What a command loads is what it takes to start: the AWS SDK is ten times all else, and a bundle in one piece loads
// everything for every command.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'

const BUNDLED = 'build/start-test'
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

beforeAll(() => void execFileSync(process.execPath, ['scripts/bundle-cli.ts', BUNDLED]))

describe.each([
  ['from source', 'cli/main.ts'],
  ['installed', `${BUNDLED}/keysweep.js`],
])('%s', (_, entry) => {
  /** Of the packages that keysweep names itself. */
  function loadedBy(...args: string[]): string[] {
    const { stderr } = spawnSync(process.execPath, ['--import', './test/support/loaded-packages.ts', entry, ...args], {
      encoding: 'utf8',
      // No Region, so that a run ends at its first call.
      env: { PATH: process.env.PATH, HOME: BUNDLED, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    })
    const loaded: string[] = JSON.parse(/^loaded: (.*)$/m.exec(stderr)?.[1] ?? stderr)
    return loaded.filter((name) => name in dependencies)
  }

  it('the version and the help load the parser of arguments, and nothing else', () => {
    expect(loadedBy('--version')).toEqual(['commander'])
    expect(loadedBy('run', '--help')).toEqual(['commander'])
  })

  it('showing runs loads what reads and draws them, and nothing of AWS', () => {
    expect(loadedBy('show', '--store', 'build/no-runs')).toEqual(['commander', 'picocolors', 'zod'])
  })

  it('a run loads what asks who calls, and the rest while it waits for the answer', () => {
    const loaded = loadedBy('run', '--store', 'build/no-runs')
    expect(loaded).toContain('@aws-sdk/client-sts')
    expect(loaded).not.toContain('@aws-sdk/client-iam')
  })
})

it('the engine and its ports load the parser of the report once there is a report', () => {
  const load = "await import('./local/follow-run.ts'), await import('./local/ports.ts')"
  const node = ['--import', './test/support/loaded-packages.ts', '--input-type=module', '--eval', load]
  const { stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' })
  expect(stderr).toMatch(/"@aws-sdk\/client-iam"/)
  expect(stderr).not.toContain('csv-parse')
})
