// Every link of the pages that people read leads somewhere: to a file of the repository, and to a heading that it has.
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from '@jest/globals'

const PAGES = globSync(['*.md', 'docs/**/*.md', 'test/fixtures/**/*.md'])

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const withoutCode = (page: string): string => page.replaceAll(/^```.*?^```/gms, '')

const anchorsIn = (file: string): string[] =>
  [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

function leadsNowhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const to = file === '' ? from : path.join(path.dirname(from), file)
  if (!existsSync(to)) return true
  return anchor !== undefined && !anchorsIn(to).includes(anchor)
}

it('there are pages to look at', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/operations.md']))
})

it.each(PAGES)('%s links to files and headings that exist', (page) => {
  const links = [...withoutCode(readFileSync(page, 'utf8')).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
  expect(links.map(([, target = '']) => target).filter((target) => leadsNowhere(page, target))).toEqual([])
})
