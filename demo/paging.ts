// Paging. IAM takes MaxItems and Marker, and returns IsTruncated and Marker. Services with JSON take MaxResults and NextToken,
// and return NextToken.
import { randomUUID } from 'node:crypto'
import { awsError } from './aws-error.ts'

export interface Page<T> {
  items: T[]
  isTruncated: 'true' | 'false'
  /** undefined on the last page. */
  marker: string | undefined
}

/**
 * One page of `items`, at most `pageSize` even if MaxItems allows more, as AWS may return fewer. `list` names the list
 * (action and user), because a marker is valid only for its own list.
 * @throws AwsError ValidationError
 */
export function page<T>(items: T[], list: string, params: Record<string, string>, pageSize: number): Page<T> {
  const from = params.Marker === undefined ? 0 : positionIn(list, params.Marker, items.length)
  const to = from + Math.min(maxItems(params.MaxItems), pageSize)
  const isLast = to >= items.length
  return {
    items: items.slice(from, to),
    isTruncated: isLast ? 'false' : 'true',
    marker: isLast ? undefined : markerFor(list, to),
  }
}

const markerFor = (list: string, position: number): string => Buffer.from(`${position} ${list}`).toString('base64url')

function positionIn(list: string, marker: string, length: number): number {
  const [position = '', ...rest] = Buffer.from(marker, 'base64url').toString().split(' ')
  const isValid = /^\d+$/.test(position) && Number(position) <= length && rest.join(' ') === list
  if (!isValid) throw awsError('ValidationError', 'Invalid Marker.')
  return Number(position)
}

function maxItems(value = '100'): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= 1000) return number
  const rule = number > 1000 ? 'less than or equal to 1000' : 'greater than or equal to 1'
  const failed = `Value '${value}' at 'maxItems' failed to satisfy constraint: Member must have value ${rule}`
  throw awsError('ValidationError', `1 validation error detected: ${failed}`)
}

export interface TokenPage<T> {
  items: T[]
  /** undefined on the last page. */
  nextToken: string | undefined
}

/**
 * One page, as for `page`. Each answer has another token, even of the same place. `most`: the largest MaxResults of the
 * service.
 * @throws AwsError ValidationError
 */
export function tokenPage<T>(
  items: T[],
  list: string,
  { NextToken, MaxResults }: Record<string, string>,
  { pageSize, most = 100 }: { pageSize: number; most?: number },
): TokenPage<T> {
  const results = Number(MaxResults ?? most)
  if (!(Number.isInteger(results) && results >= 1 && results <= most))
    throw awsError('ValidationError', 'You provided a value that is less than or greater than the allowed range.')
  const [marker] = NextToken?.split('.') ?? []
  const params = { MaxItems: String(results), ...(marker !== undefined && { Marker: marker }) }
  const some = page(items, list, params, pageSize)
  return { items: some.items, nextToken: some.marker && `${some.marker}.${randomUUID()}` }
}
