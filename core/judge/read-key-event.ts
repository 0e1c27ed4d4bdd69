// One event of CloudTrail's event history: read, passed over, or odd. Recorded shapes: `requestParameters` is {userName?,
// accessKeyId, status}; of a denied call it is null, `errorCode` is set, and the key's id stands nowhere.
import * as z from 'zod'
import { ACCESS_KEY_ID } from '../model/ids.ts'
import { instantOf, millisecondsOf } from '../model/instants.ts'
import { jsonOrNull } from '../model/json-or-null.ts'
import type { KeyEvent, OddEvent } from '../model/key-events.ts'
import { sweeperIn } from './sweeper.ts'

/** An event as LookupEvents gives it. */
export interface TrailEvent {
  /** EventTime, ISO 8601; null: missing. */
  at: string | null
  /** Username: for an assumed role, the name of its session. */
  username: string | null
  /** Names of the resources. They decide nothing, and only add a doubt. */
  resources: string[]
  /** CloudTrailEvent: JSON; null: missing. */
  text: string | null
}

export type ReadEvent = { event: KeyEvent } | { odd: OddEvent } | null

const MAX_NAME = 200

/** The fields that are read. A field that is missing, or of another type, is undefined: each is judged by itself. */
const said = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)
const EVENT = z.object({
  eventSource: said(z.string()),
  eventName: said(z.string()),
  eventTime: said(z.string()),
  userAgent: said(z.string()),
  userIdentity: said(
    z.object({ arn: said(z.string()), invokedBy: said(z.string()), principalId: said(z.string()) }).partial(),
  ),
  requestParameters: said(z.object({ accessKeyId: said(z.string()), status: said(z.string()) }).partial()),
})
/** Read by itself: an odd error is not the same as none. */
const FAILED = z.object({ errorCode: z.string().min(1) })
const WITHOUT_ERROR = z.object({ errorCode: z.null().optional() })

/** null: a call that failed, or another call; neither says anything of a key. */
export function readKeyEvent(trail: TrailEvent): ReadEvent {
  const json = jsonOrNull(trail.text ?? '')
  const read = EVENT.safeParse(json)
  if (!read.success) return { odd: unattributed(trail, 'not a JSON object') }
  const { eventSource, eventName, requestParameters } = read.data
  if (eventName !== undefined && eventName !== 'UpdateAccessKey') return null
  if (eventSource !== undefined && eventSource !== 'iam.amazonaws.com') return null
  if (FAILED.safeParse(json).success) return null
  const accessKeyId = requestParameters?.accessKeyId
  if (accessKeyId === undefined || !ACCESS_KEY_ID.test(accessKeyId))
    return { odd: unattributed(trail, 'no access key id in requestParameters') }
  const odd = (problem: string): ReadEvent => ({
    odd: { namesItsKey: true, accessKeyIds: [accessKeyId], problem },
  })
  if (eventName === undefined || !WITHOUT_ERROR.safeParse(json).success) return odd('eventName or errorCode unreadable')
  const { status } = requestParameters ?? {}
  if (status !== 'Active' && status !== 'Inactive') return odd(`status ${JSON.stringify(status ?? null).slice(0, 40)}`)
  const at = newest(trail.at, read.data.eventTime)
  if (at === null) return odd('no date')
  const { userIdentity, userAgent } = read.data
  const by = userIdentity?.arn ?? userIdentity?.invokedBy ?? trail.username ?? userIdentity?.principalId ?? 'unknown'
  return { event: { at, accessKeyId, status, by: by.slice(0, MAX_NAME), sweeper: sweeperIn(userAgent ?? '') } }
}

/** The later of two dates: it keeps a key longer. */
function newest(...dates: (string | null | undefined)[]): string | null {
  const known = dates.map(millisecondsOf).filter((date) => date !== null)
  return known.length === 0 ? null : instantOf(Math.max(...known))
}

/** Every access key id in the event: the key that it is about may be among them. */
function unattributed({ text, resources }: TrailEvent, problem: string): OddEvent {
  const ids = `${text ?? ''} ${resources.join(' ')}`.match(/\bAKIA[A-Z0-9]{12,124}\b/g) ?? []
  return { namesItsKey: false, accessKeyIds: [...new Set(ids)].slice(0, 20), problem }
}
