// In a clone without the Node that `npm ci` installs, an older Node says what is missing, in one line.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { lineWith } from '../support/error-facts.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))

/** This Node acts as one that does not run TypeScript. */
const WITHOUT_TYPES = '--no-experimental-strip-types'

const started = (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('A Node that does not run TypeScript', () => {
  it.each(['cli/start.js', 'cli/check-node.js'])(
    'is reported by %s, with the version that does and what to do',
    (file) => {
      expect(started('.', WITHOUT_TYPES, file, '--version')).toEqual({
        ...{ status: 2, stdout: '' },
        stderr: lineWith(process.version, '22.18', '"npm ci"', '--ignore-scripts', '--omit=dev'),
      })
    },
  )

  /** Those that run no TypeScript themselves: they call npm, Biome or tsc. Serverless does, as it loads a plugin of ours. */
  const others = ['test:long', 'lint', 'typecheck', 'try-package']
  const names = Object.keys(scripts).filter((name) => !others.includes(name))
  it.each(names)('is checked for by npm run %s, before any TypeScript', (name) => {
    expect(scripts[name]).toMatch(/^node cli\/(start\.js|check-node\.js &&)/)
  })
})

it('A Node that runs TypeScript starts the command with its arguments', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(started('.', 'cli/start.js', '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
})

it('A clone without its packages says to install them', () => {
  const clone = mkdtempSync(join(tmpdir(), 'keysweep-clone-'))
  for (const path of ['cli', 'package.json']) cpSync(path, join(clone, path), { recursive: true })
  expect(started(clone, 'cli/start.js', 'demo')).toEqual({ status: 2, stdout: '', stderr: lineWith('"npm ci"') })
})

/** Node 22.13 to 22.17, and 20: whichever this machine has beside the one that runs the tests. */
const older = (() => {
  const path = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'))
  const found = spawnSync('node', ['--version'], { env: { PATH: path.join(':') }, encoding: 'utf8' })
  return /^v(20|22\.1[0-7])\./.test(found.stdout ?? '') ? path.join(':') : null
})()

const withOlder = older === null ? it.skip : it
withOlder('the system’s older Node says the same, and runs neither the sources nor the package', () => {
  const env = { PATH: older ?? '' }
  const sources = spawnSync('node', ['cli/start.js', 'demo'], { env, encoding: 'utf8' })
  expect(sources).toMatchObject({ status: 2, stdout: '', stderr: lineWith('22.18') })
  const dist = mkdtempSync(join(tmpdir(), 'keysweep-dist-'))
  execFileSync(process.execPath, ['scripts/bundle-cli.ts', dist])
  symlinkSync(join(process.cwd(), 'node_modules'), join(dist, 'node_modules'))
  const bundled = spawnSync('node', [join(dist, 'keysweep.js'), 'demo'], { env, encoding: 'utf8' })
  expect(bundled).toMatchObject({ stdout: '', status: 2, stderr: lineWith('22.13') })
})
