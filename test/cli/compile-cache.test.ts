// What Node compiled is kept for the next start, in a folder of the user alone.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keysweep-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function version(env: Record<string, string>) {
  return spawnSync(process.execPath, ['cli/main.ts', '--version'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  })
}

const keptIn = (cache: string) => readdirSync(join(cache, 'keysweep'), { recursive: true }).length

describe('compiled code', () => {
  it('is kept under XDG_CACHE_HOME', () => {
    expect(version({ HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') }).status).toBe(0)
    expect(keptIn(join(folder, 'cache'))).toBeGreaterThan(10)
    expect(existsSync(join(folder, '.cache'))).toBe(false)
  })

  it.each([{}, { XDG_CACHE_HOME: 'relative' }, { XDG_CACHE_HOME: '' }])(
    'is kept in the home directory with %j',
    (env) => {
      expect(version({ HOME: folder, ...env }).status).toBe(0)
      expect(keptIn(join(folder, process.platform === 'darwin' ? 'Library/Caches' : '.cache'))).toBeGreaterThan(10)
      expect(existsSync('relative')).toBe(false)
    },
  )

  it('is not kept if the folder cannot be made, and the command works', () => {
    writeFileSync(join(folder, 'file'), '')
    const { status, stderr } = version({ HOME: folder, XDG_CACHE_HOME: join(folder, 'file') })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('is not kept with NODE_DISABLE_COMPILE_CACHE', () => {
    version({ HOME: folder, XDG_CACHE_HOME: folder, NODE_DISABLE_COMPILE_CACHE: '1' })
    expect(readdirSync(folder)).toEqual([])
  })
})
