// The example in docs/approval.md is typed here, on an account of this machine, and prints what the page shows.
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { accountOf, awsWith, inBackgroundHere, inProcess, newDirectory } from './command.ts'

interface Shown {
  args: string[]
  lines: string[]
}

/** The commands of the page's example, each with the lines below it; "..." is for lines that are left out. */
function shownOn(page: string): Shown[] {
  const example = page.slice(page.indexOf('\n## Example\n')).split('\n## ')[1] ?? ''
  return [...example.matchAll(/^```text\n\$ npm run -s keysweep -- (.*)\n([\s\S]*?)\n```/gm)].map(
    ([, typed = '', said = '']) => ({
      args: [...typed.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word),
      lines: said.split('\n').filter((line) => line !== '...' && line !== ''),
    }),
  )
}

/** Days, times and the plan's hash pass; so does the name of the person who runs the tests. */
const settled = (text: string): string[] =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DAY')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replaceAll(/ +\d+\.\d s/g, ' TIME')
    .replaceAll(/local:\S+/g, 'local:PERSON')
    .split('\n')
    .map((line) => line.trimEnd())

/** Every line that is shown is printed, in this order. */
function expectPrinted(said: string, lines: string[]): void {
  const printed = settled(said)
  let from = 0
  const found = lines.map((line) => {
    const at = printed.indexOf(settled(line)[0] ?? '', from)
    if (at >= 0) from = at + 1
    return at >= 0 ? line : `not printed: ${line}`
  })
  expect(found.join('\n')).toBe(lines.join('\n'))
}

it('docs/approval.md shows what a run, its approval and its undo print', async () => {
  const [run, approve, undo, ...others] = shownOn(readFileSync('docs/approval.md', 'utf8'))
  if (run === undefined || approve === undefined || undo === undefined) throw new Error('docs/approval.md: no example')
  expect(others).toEqual([])
  const idle = { 'jenkins-old': 300, 'mobile-build': null, 'garcia,lucia': 188 }
  const { endpoint, env } = await awsWith(accountOf({ ...idle, a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1 }))
  const cwd = newDirectory()

  // There is no terminal here on which a person could confirm the account.
  const running = inBackgroundHere([...run.args, '--yes'], env, { cwd })
  await running.says(/npm run -s keysweep -- approve \S+\n/)
  const approved = await inProcess(approve.args, env, { cwd, stdin: '2\n' })
  const isPrompt = (line: string) => line.startsWith('To deactivate')
  const prompts = approve.lines.filter(isPrompt).map((line) => line.replace(/ \d+$/, ''))
  expect(prompts).toHaveLength(1)
  expectPrinted(approved.stderr, prompts)
  const printed = approve.lines.filter((line) => !isPrompt(line))
  expectPrinted(approved.stdout, printed)
  const ran = await running.ended
  expectPrinted(ran.stderr + ran.stdout, run.lines)
  const undone = await inProcess(undo.args, env, { cwd })
  expectPrinted(undone.stderr + undone.stdout, undo.lines)
  expect([approved.code, ran.code, undone.code]).toEqual([0, 0, 0])
  expect(endpoint.writes.map(({ to }) => to)).toEqual(['Inactive', 'Inactive', 'Active', 'Active'])
})
