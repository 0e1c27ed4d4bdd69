// Reads all pages of an IAM list.
import { IamAnswerError } from '../../core/model/errors.ts'

export interface Page {
  /** Without it, there is another page if the answer has a Marker, and none otherwise. */
  IsTruncated?: boolean | undefined
  Marker?: string | undefined
}

/** More than any of our lists needs: 2 keys and 50 tags a user (IAM quotas), 1,000 items a page. */
const MOST_PAGES = 100

/** @throws IamAnswerError if a marker is missing or repeated, or after 100 pages: such a list would never end. */
export async function allPages<P extends Page>(fetchPage: (marker: { Marker?: string }) => Promise<P>): Promise<P[]> {
  const pages: P[] = []
  // The first page is requested without a marker.
  let marker = ''
  const markers = new Set<string>()
  do {
    markers.add(marker)
    const page = await fetchPage(marker === '' ? {} : { Marker: marker })
    pages.push(page)
    if (!goesOn(page)) return pages
    marker = page.Marker ?? ''
  } while (!markers.has(marker) && pages.length < MOST_PAGES)
  throw new IamAnswerError(
    `the list has no end: each page needs a new Marker, at most ${MOST_PAGES} pages; page ${pages.length} has Marker ${JSON.stringify(marker)}`,
  )
}

const goesOn = ({ IsTruncated, Marker }: Page): boolean => IsTruncated ?? (Marker !== undefined && Marker !== '')
