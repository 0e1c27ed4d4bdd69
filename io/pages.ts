// All pages of a paged IAM list.
import { IamAnswerError } from '../core/errors.ts'

export interface Page {
  IsTruncated?: boolean | undefined
  Marker?: string | undefined
}

/** No list of ours is longer: 5,000 users an account, 2 keys and 50 tags a user (IAM quotas). */
const MOST_PAGES = 100

/** @throws IamAnswerError when a marker comes twice: such a list would never end. */
export async function allPages<P extends Page>(fetchPage: (marker: { Marker?: string }) => Promise<P>): Promise<P[]> {
  const pages: P[] = []
  const seen = new Set<string>()
  let marker: { Marker?: string } = {}
  while (pages.length < MOST_PAGES) {
    const page = await fetchPage(marker)
    pages.push(page)
    if (page.IsTruncated !== true) return pages
    const next = page.Marker ?? ''
    if (next === '' || seen.has(next)) break
    seen.add(next)
    marker = { Marker: next }
  }
  throw new IamAnswerError(
    `A paged answer has no end: expected a new Marker for each page, received ${JSON.stringify(marker.Marker ?? '')} again after ${pages.length} pages`,
  )
}
