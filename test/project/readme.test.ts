// What the README shows and tells a reader to type.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'

const readme = readFileSync('README.md', 'utf8')
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))

describe('the README', () => {
  it.each(['npm ci && npm start', 'npm ci && npm test'])('gives the command `%s`, and its scripts exist', (command) => {
    expect(readme.split('\n').map((line) => line.trim())).toContain(command)
    expect(Object.keys(scripts)).toContain(command.split(' ').at(-1))
  })

  it('names no npm script that package.json does not have', () => {
    const named = [...readme.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map((match) => match[1])
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  })
})
