import { describe, expect, it } from '@jest/globals'
import { allPages, type Page } from '../../../io/iam/pages.ts'
import { errorWith } from '../../support/error-facts.ts'

/** A list that answers with these pages in turn, and its last one from then on; and the markers that it was asked by. */
function listOf(...pages: Page[]) {
  const asked: { Marker?: string }[] = []
  const fetchPage = async (marker: { Marker?: string }): Promise<Page> => {
    asked.push(marker)
    return pages[Math.min(asked.length, pages.length) - 1] as Page
  }
  return { asked, fetchPage }
}

const more = (Marker?: string): Page => (Marker === undefined ? { IsTruncated: true } : { IsTruncated: true, Marker })
const LAST: Page = { IsTruncated: false }

describe('a list', () => {
  it.each<[string, Page[], { Marker?: string }[]]>([
    ['of one page', [LAST], [{}]],
    [
      'of several pages, each asked for by the marker before it',
      [more('a'), more('b'), LAST],
      [{}, { Marker: 'a' }, { Marker: 'b' }],
    ],
    ['whose last page has a marker all the same', [{ IsTruncated: false, Marker: 'a' }], [{}]],
    ['that does not say whether it goes on, and has no marker', [{}], [{}]],
    ['that does not say whether it goes on, and has an empty marker', [{ Marker: '' }], [{}]],
    [
      'that does not say whether it goes on, and has a marker: that page is asked for',
      [{ Marker: 'a' }, { Marker: 'b' }, {}],
      [{}, { Marker: 'a' }, { Marker: 'b' }],
    ],
  ])('%s', async (_, pages, markers) => {
    const { asked, fetchPage } = listOf(...pages)
    expect(await allPages(fetchPage)).toEqual(pages)
    expect(asked).toEqual(markers)
  })
  it('of a hundred pages', async () => {
    const pages = [...Array.from({ length: 99 }, (_, n) => more(`m${n}`)), LAST]
    expect(await allPages(listOf(...pages).fetchPage)).toEqual(pages)
  })
})

describe('a list without an end is refused', () => {
  it.each<[string, Page[], string, number]>([
    ['at a page that should be followed and says by nothing what', [more()], '""', 1],
    ['at an empty marker', [more('a'), more('')], '""', 2],
    ['at the same marker without a word on whether it goes on', [{ Marker: 'a' }], '"a"', 2],
    ['at the marker of the page before', [more('a'), more('a')], '"a"', 2],
    ['at a marker of long ago', [more('a'), more('b'), more('c'), more('a')], '"a"', 4],
    ['after a hundred pages', Array.from({ length: 101 }, (_, n) => more(`m${n}`)), '"m99"', 100],
  ])('%s', async (_, pages, received, count) => {
    const { asked, fetchPage } = listOf(...pages)
    await expect(allPages(fetchPage)).rejects.toThrow(
      errorWith('IamAnswerError', `page ${count}`, `Marker ${received}`, '100 pages'),
    )
    expect(asked).toHaveLength(count)
  })
})
