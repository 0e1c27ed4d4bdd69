// All pages of a paged IAM list.
import { IamAnswerError } from '../../core/model/errors.ts'

export interface Page {
  /** Without it a page goes on exactly if it has a Marker. */
  IsTruncated?: boolean | undefined
  Marker?: string | undefined
}

/** No list of ours is longer: 5,000 users an account, 2 keys and 50 tags a user (IAM quotas). */
const MOST_PAGES = 100

/** @throws IamAnswerError when a marker comes twice, or none where more should follow: such a list would never end. */
export async function allPages<P extends Page>(fetchPage: (marker: { Marker?: string }) => Promise<P>): Promise<P[]> {
  const pages: P[] = []
  // The first page is the one that no marker asks for.
  let marker = ''
  const seen = new Set<string>()
  do {
    seen.add(marker)
    const page = await fetchPage(marker === '' ? {} : { Marker: marker })
    pages.push(page)
    if (!goesOn(page)) return pages
    marker = page.Marker ?? ''
  } while (!seen.has(marker) && pages.length < MOST_PAGES)
  throw new IamAnswerError(
    `A paged answer has no end: expected a new Marker for each page and at most ${MOST_PAGES} pages, received ${JSON.stringify(marker)} after page ${pages.length}`,
  )
}

const goesOn = ({ IsTruncated, Marker }: Page): boolean => IsTruncated ?? (Marker !== undefined && Marker !== '')
