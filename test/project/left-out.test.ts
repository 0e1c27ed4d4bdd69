import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { leftOut } from '../support/left-out.ts'

const FULL = new URL('../full/', import.meta.url)

describe('npm test', () => {
  it('names at its end each test that it leaves out', async () => {
    const { jest } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(jest.reporters).toContain('<rootDir>/test/support/left-out.ts')
    expect(leftOut(await readdir(FULL))).toMatch(/^Left out: .*npm run test:full.*\biam-contract\b/)
  })

  it('leaves out nothing that needs Node alone', async () => {
    const tests = (await readdir(FULL)).filter((file) => file.endsWith('.test.ts'))
    expect(tests).toEqual([])
  })
})
