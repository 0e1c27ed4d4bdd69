// The picture in the README is the plan that `npm start -- --plan` prints: the demo runs as a newcomer runs it, and is drawn
// again.
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { demoPictures, type Pictures } from '../../scripts/terminal-picture.ts'

const readme = readFileSync('README.md', 'utf8')

describe('the picture in the README', () => {
  let pictures: Pictures
  beforeAll(() => {
    pictures = demoPictures()
  })

  it('shows the plan that the demo prints: if not, `npm run picture` draws it again', () => {
    expect(Object.keys(pictures)).toEqual(['docs/demo-light.svg', 'docs/demo-dark.svg'])
    for (const [file, svg] of Object.entries(pictures))
      expect(readFileSync(file, 'utf8').split('\n')).toEqual(svg.split('\n'))
  })

  it('has the keys that would be deactivated, those that are kept, and that nothing was written', () => {
    const text = pictures['docs/demo-light.svg'].replaceAll(/<[^>]*>/g, '')
    for (const part of [
      'Would be deactivated: 16 keys',
      'jenkins-old',
      'Kept: ',
      'root',
      'written to IAM',
      'mode plan',
      'record.json',
    ])
      expect(text).toContain(part)
  })

  it('is the light one, and the dark one for a reader who prefers dark', () => {
    expect(readme).toMatch(
      /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(docs\/demo-dark\.svg)">\s*<img src="docs\/demo-light\.svg" [^>]*>\s*<\/picture>/,
    )
    expect(['docs/demo-dark.svg', 'docs/demo-light.svg'].every((file) => existsSync(file))).toBe(true)
  })

  it('is described in words, with its numbers, for a reader who does not see it', () => {
    const alt = /<img src="docs\/demo-light\.svg" [^>]*alt="([^"]+)"/.exec(readme)?.[1] ?? ''
    const text = pictures['docs/demo-light.svg'].replaceAll(/<[^>]*>/g, '')
    const planned = /Would be deactivated: (\d+) keys/.exec(text)?.[1]
    const kept = /Kept: (\d+) keys/.exec(text)?.[1]
    expect(alt.match(/\d+/g)).toEqual([planned, kept])
  })
})
