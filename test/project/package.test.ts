// What makes an installation today the same as one next year.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { ROOMS } from '../../scripts/rooms.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const { allowScripts, dependencies, devDependencies, overrides } = JSON.parse(read('package.json'))
const lock = JSON.parse(read('package-lock.json'))
const direct: Record<string, string> = { ...dependencies, ...devDependencies }

describe('every dependency', () => {
  it.each(Object.entries({ ...direct, ...overrides }))('%s is at an exact version: %s', (_, version) => {
    expect(version).toMatch(/^(npm:[a-z@/-]+@)?\d+\.\d+\.\d+$/)
  })

  it.each(Object.keys(direct))('%s has its reason in docs/internals/decisions.md', (name) => {
    expect(read('docs/internals/decisions.md')).toContain(`| \`${name}\` |`)
  })

  it('is locked at the version that package.json names', () => {
    const locked = lock.packages['']
    expect({ ...locked.dependencies, ...locked.devDependencies }).toEqual(direct)
  })
})

describe('the lock file', () => {
  const packages: [string, Record<string, unknown>][] = Object.entries(lock.packages)

  it('names no registry, so that it installs from whichever one npm is set to', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name)).toEqual([])
    expect(globSync('.npmrc').flatMap((path) => read(path).match(/registry\s*=.*/g) ?? [])).toEqual([])
  })

  it('holds every package that another names, for every platform: `npm ci` refuses it otherwise', () => {
    const missing = packages.flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...(dependencies as object), ...(optionalDependencies as object) })
        .filter((name) => !placesOf(name, place).some((found) => found in lock.packages))
        .map((name) => `${name}, named by ${place}`),
    )
    expect(missing).toEqual([])
  })

  it('has a checksum for every package, and no weak one', () => {
    const unchecked = packages.filter(
      ([name, { integrity, inBundle }]) => name !== '' && !inBundle && !/^sha512-[\w+/]{86}==$/.test(`${integrity}`),
    )
    expect(unchecked.map(([name]) => name)).toEqual([])
  })

  it('takes every package from the registry, by a version: none from git, a folder or an address', () => {
    const elsewhere = packages.filter(
      ([name, { version, link }]) =>
        name !== '' && (link !== undefined || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(`${version}`)),
    )
    expect(elsewhere.map(([name]) => name)).toEqual([])
  })

  it('installs nothing under the name of another but what package.json and two known packages ask for', () => {
    const aliased = packages.filter(([place, { name }]) => place !== '' && name !== undefined)
    const known = /^node_modules\/(serverless|@jest\/react-is-\d+|(string-width|strip-ansi|wrap-ansi)-cjs)$/
    expect(aliased.map(([place]) => place).filter((place) => !known.test(place))).toEqual([])
  })

  it('has no package with an install script that package.json has no word on', () => {
    const scripted = packages.flatMap(([place, { hasInstallScript }]) =>
      hasInstallScript ? [place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)] : [],
    )
    expect(Object.keys(allowScripts)).toEqual(expect.arrayContaining(scripted))
  })
})

describe('what only tests need', () => {
  it('is imported by tests alone: the simulator of IAM policies is AGPL, keysweep is MIT', () => {
    const sources = globSync([`{${[...Object.keys(ROOMS), 'bench'].join()}}/**/*.ts`, 'serverless.yml'])
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter((path) => read(path).includes('@cloud-copilot/'))).toEqual([])
    expect(Object.keys(dependencies).filter((name) => name.startsWith('@cloud-copilot/'))).toEqual([])
  })
})

/** Where Node looks for `name` from `place`: "node_modules/a/node_modules/name", "node_modules/name". */
function placesOf(name: string, place: string): string[] {
  const up = place.lastIndexOf('node_modules/')
  const here = `${place === '' ? '' : `${place}/`}node_modules/${name}`
  return place === '' ? [here] : [here, ...placesOf(name, place.slice(0, Math.max(up - 1, 0)))]
}
