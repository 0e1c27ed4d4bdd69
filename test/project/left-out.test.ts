import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { filesLeftOut, leftOut } from '../support/left-out.ts'

const FULL = new URL('../full/', import.meta.url)

describe('npm test', () => {
  it('names at its end each test that it leaves out', async () => {
    const { jest } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(jest.reporters).toContain('<rootDir>/test/support/left-out.ts')
    expect(leftOut(['test/full/b.full.ts', 'test/faults/c.long.ts', 'test/full/a.full.ts']).split('\n')).toEqual([
      expect.stringMatching(/^Left out: .*Python 3.* \(npm run test:full\): a, b$/),
      expect.stringMatching(/^Left out: .* \(npm run test:long\): c$/),
    ])
  })

  it('finds what it leaves out', () => {
    expect(leftOut(filesLeftOut('.'))).toMatch(
      /npm run test:full\): .*\biam-contract\b.*\n.*test:long\): .*\bpackaged\b/,
    )
  })

  it('leaves out nothing of test/full that needs Node alone', async () => {
    const tests = (await readdir(FULL)).filter((file) => file.endsWith('.test.ts'))
    expect(tests).toEqual([])
  })
})
