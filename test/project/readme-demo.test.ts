// What the README shows of `npm start` is what it prints: run as a newcomer runs it, and held against the README.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const readme = readFileSync('README.md', 'utf8')
const shown = /<!-- demo:start -->\n```text\n(.*?)\n```/s.exec(readme)?.[1] ?? ''

/** Days, times and run ids pass; a line may break where the terminal is narrower. */
const settled = (text: string): string[] =>
  text
    .slice(text.indexOf('Deactivated:'), text.indexOf('Run          '))
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY')
    .split(/\s+/)

describe('the README', () => {
  it('shows what `npm start` prints', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const [command, file, ...words] = scripts.start.split(' ')
    expect(command).toBe('node')
    // In a folder of its own, where it may make its run store.
    const cwd = mkdtempSync(join(tmpdir(), 'keysweep-readme-'))
    const { stdout, status } = spawnSync(process.execPath, [resolve(file), ...words], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '118', NO_COLOR: '1' },
    })
    expect(status).toBe(0)
    expect(settled(stdout)).toEqual(settled(shown))
  }, 60_000)
  it('shows the whole of it: the states, the tables, the counts and where the record is', () => {
    for (const part of ['Generate report', 'Deactivate keys', 'Deactivated: ', 'Kept: ', 'Stale soon: ', 'record.json'])
      expect(shown).toContain(part)
  })
})
