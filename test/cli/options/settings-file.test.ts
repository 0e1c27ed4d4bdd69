// Which settings file holds: looked for upward, and always named.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { accessKeyId } from '../../../demo/account.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { accountOf, awsWith, inProcess, newDirectory } from '../command.ts'

/** A folder with this file in it, and a folder three levels below. */
function nested(file: string, text: string): { top: string; below: string; path: string } {
  const top = newDirectory()
  const below = join(top, 'a', 'b', 'c')
  mkdirSync(below, { recursive: true })
  const path = join(top, file)
  writeFileSync(path, text)
  return { top, below, path }
}

const TERM = 'policy:\n  unusedDays: 300\n'

/** The settings line on stderr. */
const settingsLine = (stderr: string): string | undefined => /^Settings: .*$/m.exec(stderr)?.[0]

/** The value of unusedDays in the printed policy. */
const termIn = (stderr: string): string | undefined => /^ {2}unusedDays +(\d+)/m.exec(stderr)?.[1]

describe('the settings file', () => {
  it.each(['keysweep.yml', 'keysweep.yaml'])('is %s in the working directory', async (name) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { top, path } = nested(name, TERM)
    const { code, stderr } = await inProcess(['run'], env, { cwd: top })
    expect({ code, term: termIn(stderr) }).toEqual({ code: 0, term: '300' })
    expect(settingsLine(stderr)).toEqual(factsIn(path))
  })

  it.each(['keysweep.yml', 'keysweep.yaml'])('is %s in a folder above: no subfolder loses exemptions', async (name) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { below, path } = nested(name, TERM)
    const { code, stderr } = await inProcess(['run'], env, { cwd: below })
    expect({ code, term: termIn(stderr) }).toEqual({ code: 0, term: '300' })
    expect(settingsLine(stderr)).toEqual(factsIn(path))
  })

  it('is found above the root of a repository and above the home directory', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { top, below } = nested('keysweep.yml', TERM)
    mkdirSync(join(top, 'a', '.git'))
    const { stderr } = await inProcess(['run'], { ...env, HOME: join(top, 'a') }, { cwd: below })
    expect(termIn(stderr)).toBe('300')
  })

  it('is the nearest one', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { top, below } = nested('keysweep.yml', TERM)
    writeFileSync(join(top, 'a', 'keysweep.yaml'), 'policy: { unusedDays: 200 }')
    const { stderr } = await inProcess(['run'], env, { cwd: below })
    expect(termIn(stderr)).toBe('200')
    expect(settingsLine(stderr)).toEqual(factsIn(join(top, 'a', 'keysweep.yaml')))
  })

  it.each(['.keysweep.yml', '.keysweep.yaml', 'Keysweep.yml', 'KEYSWEEP.YAML', 'keysweep.YML'])(
    'is not lost without a word where its name is %s',
    async (name) => {
      const { top, below, path } = nested(name, TERM)
      for (const cwd of [top, below]) {
        const { code, stderr } = await inProcess(['run'], {}, { cwd })
        expect({ code, stderr }).toEqual({ code: 2, stderr: lineWith(path, 'keysweep.yml', '--settings') })
      }
      // Named, or beside the right one, it is in nobody's way.
      expect((await inProcess(['validate', '--settings', path], {}, { cwd: top })).code).toBe(0)
      writeFileSync(join(top, 'keysweep.yml'), TERM)
      expect((await inProcess(['validate'], {}, { cwd: below })).code).toBe(0)
    },
  )

  it('is none of the files and folders whose names only begin so', async () => {
    const cwd = newDirectory()
    for (const name of ['keysweep.yml.bak', 'keysweep.yml~', 'my-keysweep.yml', 'keysweep.json', 'xkeysweep.yml'])
      writeFileSync(join(cwd, name), TERM)
    mkdirSync(join(cwd, '.keysweep'))
    expect((await inProcess(['validate'], {}, { cwd })).code).toBe(0)
  })

  it('is the one of --settings, whatever is found', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { below, top } = nested('keysweep.yml', 'not: [')
    const mine = join(top, 'mine.yml')
    writeFileSync(mine, TERM)
    const { stderr } = await inProcess(['run', '--settings', mine], env, { cwd: below })
    expect(termIn(stderr)).toBe('300')
    expect(settingsLine(stderr)).toEqual(factsIn(mine))
  })

  it('that does not exist is said not to exist, with the folder where the search began', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const cwd = newDirectory()
    const { code, stdout, stderr } = await inProcess(['run', '--json'], env, { cwd })
    expect(code).toBe(0)
    expect(settingsLine(stderr)).toEqual(factsIn('no keysweep.yml', 'keysweep.yaml', cwd))
    expect(JSON.parse(stdout)).toMatchObject({ status: 'planned' })
  })

  it('is named by explain too, not on stdout', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { below, path } = nested('keysweep.yml', TERM)
    const { code, stdout, stderr } = await inProcess(['explain', accessKeyId('idle'), '--json'], env, { cwd: below })
    expect(code).toBe(0)
    expect(settingsLine(stderr)).toEqual(factsIn(path))
    expect(JSON.parse(stdout)).toMatchObject({ user: 'idle', verdict: expect.stringMatching(/^kept/) })
  })
})

describe('refused, before anything is asked', () => {
  it('are both names in one folder', async () => {
    const { top, below } = nested('keysweep.yml', TERM)
    writeFileSync(join(top, 'keysweep.yaml'), TERM)
    for (const cwd of [top, below])
      expect(await inProcess(['run'], {}, { cwd })).toEqual({
        code: 2,
        stdout: '',
        stderr: lineWith(top, 'keysweep.yml', 'keysweep.yaml', '--settings'),
      })
  })

  it('is a file that was found and has a fault, with its path and line', async () => {
    const { below, path } = nested('keysweep.yaml', 'policy:\n  unusedDay: 45\n')
    expect(await inProcess(['run'], {}, { cwd: below })).toEqual({
      code: 2,
      stdout: '',
      stderr: lineWith(`${path}:2:`, 'policy.unusedDay', 'unusedDays?'),
    })
  })

  it('is a directory of that name', async () => {
    const { top, below } = nested('other.txt', '')
    mkdirSync(join(top, 'keysweep.yml'))
    expect(await inProcess(['run'], {}, { cwd: below })).toMatchObject({
      code: 2,
      stderr: lineWith(join(top, 'keysweep.yml'), 'directory'),
    })
  })

  it('is a pipe of that name, for which nobody would wait, also for explain, validate and init', async () => {
    const { top, below } = nested('other.txt', '')
    const pipe = join(top, 'keysweep.yml')
    execFileSync('mkfifo', [pipe])
    for (const args of [['run'], ['explain', accessKeyId('idle')], ['validate'], ['init']])
      expect(await inProcess(args, {}, { cwd: below })).toMatchObject({
        code: 2,
        stderr: lineWith(pipe, 'pipe', '--settings'),
      })
  })

  it('is a symbolic link that leads round', async () => {
    const cwd = newDirectory()
    symlinkSync('keysweep.yml', join(cwd, 'keysweep.yml'))
    expect(await inProcess(['run'], {}, { cwd })).toMatchObject({
      code: 2,
      stderr: lineWith(join(cwd, 'keysweep.yml'), '--settings'),
    })
  })

  it.each(['keysweep.yml', 'keysweep.yaml'])('is a symbolic link that leads nowhere: %s', async (name) => {
    const { top, below } = nested('other.txt', '')
    symlinkSync(join(top, 'gone.yml'), join(top, name))
    for (const cwd of [top, below])
      expect(await inProcess(['run'], {}, { cwd })).toMatchObject({ code: 2, stderr: lineWith(join(top, name)) })
  })

  const isRoot = process.getuid?.() === 0
  ;(isRoot ? it : it.skip)("is another user's, in a folder above", async () => {
    const { top, below, path } = nested('keysweep.yml', 'policy: { unusedDays: 1 }')
    chownSync(path, 12_345, 12_345)
    expect(await inProcess(['run'], {}, { cwd: below })).toMatchObject({
      code: 2,
      stderr: lineWith(path, 12345, '--settings'),
    })
    const { env } = await awsWith(accountOf({ idle: 200 }))
    // Where somebody works, they see the file; and a named file is theirs by naming it.
    expect(await inProcess(['run'], env, { cwd: top })).toMatchObject({ code: 0 })
    expect(await inProcess(['run', '--settings', path], env, { cwd: below })).toMatchObject({ code: 0 })
  })
  ;(isRoot ? it.skip : it)('is a file that cannot be read', async () => {
    const { below, path } = nested('keysweep.yml', TERM)
    chmodSync(path, 0)
    expect(await inProcess(['run'], {}, { cwd: below })).toMatchObject({
      code: 2,
      stderr: lineWith(path, 'permission'),
    })
  })
})
