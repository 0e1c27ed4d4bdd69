// What the README tells a reader to type. The quickstart's commands are run by test/cli/docs-commands.test.ts: the README
// has these, and two of its own, which this test and readme-demo.test.ts run.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { EXIT } from '../../cli/exit-code.ts'

const readme = readFileSync('README.md', 'utf8')
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))

/** The lines of a page's shell blocks, a list for each block. */
const typedOn = (page: string): string[][] =>
  [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block.trim().split('\n'))

describe('the README', () => {
  it.each(['npm ci && npm start', 'npm ci && npm test'])('gives the command `%s`, and its scripts exist', (command) => {
    expect(readme.split('\n').map((line) => line.trim())).toContain(command)
    expect(Object.keys(scripts)).toContain(command.split(' ').at(-1))
  })

  it('names no npm script that package.json does not have', () => {
    const named = [...readme.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map((match) => match[1])
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  })

  it('gives for an own account, in five lines, the commands of the quickstart in their order', () => {
    const block = typedOn(readme).find((lines) => lines.includes('npm run -s keysweep -- run'))
    const quickstart = typedOn(readFileSync('docs/quickstart.md', 'utf8')).flat()
    expect(block).toHaveLength(5)
    const places = (block ?? []).map((line) => quickstart.indexOf(line))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('gives for a deploy the same four lines as the quickstart and the operations page, but for a parameter', () => {
    const deployOf = (file: string) =>
      typedOn(readFileSync(file, 'utf8')).find((lines) => lines.includes('npm run package')) ?? []
    const deploy = deployOf('README.md')
    expect(deploy).toHaveLength(4)
    expect(deployOf('docs/quickstart.md')).toEqual(deploy)
    expect(deployOf('docs/operations.md').map((line) => line.replace(/ --param="timeZone.*/, ''))).toEqual(deploy)
  })

  it('counts the users of the demo as its picture does, and the quickstart too', () => {
    const usersOf = (file: string, before: string) =>
      new RegExp(`${before} (\\d+) users`).exec(readFileSync(file, 'utf8'))?.[1]
    const shown = usersOf('docs/demo-light.svg', 'account with')
    expect(shown).toBeDefined()
    expect(usersOf('README.md', 'account with')).toBe(shown)
    expect(usersOf('docs/quickstart.md', 'account with')).toBe(shown)
  })

  it('counts no more faults than docs/reliability.md', () => {
    const claimed = Number(/More than ([\d,]+) injected faults/.exec(readme)?.[1]?.replace(',', ''))
    const cells = [...readFileSync('docs/reliability.md', 'utf8').matchAll(/^\| \*\*.*\| (\d+) \|/gm)]
    expect(cells.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(claimed)
  })
})

it('docs/quickstart.md lists every exit code', () => {
  const page = readFileSync('docs/quickstart.md', 'utf8')
  const codes = [...page.slice(page.indexOf('| exit code |')).matchAll(/^\| (\d+) \|/gm)].map(([, code]) =>
    Number(code),
  )
  expect(codes).toEqual(Object.values(EXIT))
})
