// IAM's paging: takes MaxItems and Marker, returns IsTruncated and Marker.
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
