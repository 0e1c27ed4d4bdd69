// The run store's matrix once more, on a store in S3 over HTTP, with what can go wrong on the wire: every operation of every
// handler × every fault × the first and the last time once, and for good from the first.
import type { ServerResponse } from 'node:http'
import { makeS3Store } from '../../io/store/s3-store.ts'
import {
  LOOPBACK_BUCKET,
  type LoopbackS3,
  refuse,
  type S3Request,
  send,
  startLoopbackS3,
} from '../support/loopback-s3.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { complaints } from './judge.ts'
import type { SceneName } from './scenes.ts'
import { DONE, openStoreScene } from './store-cells.ts'
import type { Operation } from './store-faults.ts'

type WireFault = (request: S3Request, response: ServerResponse, s3: LoopbackS3) => void

const carryOut = ({ key, body }: S3Request, { objects }: LoopbackS3) => {
  if (!objects.has(key)) objects.set(key, body)
}
const hangUp = (response: ServerResponse) => response.socket?.resetAndDestroy()

export const S3_FAULTS: Record<string, { instead: WireFault; operations: Operation[] }> = {
  '503 SlowDown': { instead: (_, response) => refuse(response, 503, 'SlowDown'), operations: ['put', 'get', 'list'] },
  '403 AccessDenied': {
    instead: (_, response) => refuse(response, 403, 'AccessDenied'),
    operations: ['put', 'get', 'list'],
  },
  'reset before the call': { instead: (_, response) => hangUp(response), operations: ['put', 'get', 'list'] },
  'reset after the call was done': {
    instead: (request, response, s3) => {
      carryOut(request, s3)
      hangUp(response)
    },
    operations: ['put'],
  },
  'a socket that hangs': { instead: () => {}, operations: ['put', 'get', 'list'] },
  'a socket that hangs after it was done': { instead: (request, _, s3) => carryOut(request, s3), operations: ['put'] },
  'HTML 200': {
    instead: (_, response) => send(response, 200, { 'content-type': 'text/html' }, '<html>Sign in</html>'),
    operations: ['put', 'get', 'list'],
  },
  'empty 200': { instead: (_, response) => send(response, 200, {}, ''), operations: ['put', 'get', 'list'] },
}

export interface S3Cell {
  scene: SceneName
  handler: string
  operation: Operation
  fault: string
  place: 'first' | 'last'
  lasting: 'once' | 'for good'
}

/** What is for good from the last time on is little else than once: a retry or two see it. */
const WHEN = [
  ['first', 'once'],
  ['last', 'once'],
  ['first', 'for good'],
] as const

export const s3Cells = (scene: SceneName): S3Cell[] =>
  DONE[scene].flatMap((done) => {
    const [handler = '', operation] = done.split(' ') as [string, Operation]
    return Object.entries(S3_FAULTS)
      .filter(([, { operations }]) => operations.includes(operation))
      .flatMap(([fault]) => WHEN.map(([place, lasting]) => ({ scene, handler, operation, fault, place, lasting })))
  })

export const nameOf = ({ scene, handler, operation, fault, place, lasting }: S3Cell): string =>
  `${scene}: ${operation} by ${handler}, ${fault}, the ${place} time, ${lasting}`

const storeIn = (s3: LoopbackS3) =>
  makeS3Store({
    bucket: LOOPBACK_BUCKET,
    endpoint: s3.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIASTORESTORESTORE0', secretAccessKey: 'store' },
    attempts: 2,
    timeoutMilliseconds: 200,
    limitMilliseconds: 500,
    pause: async () => {},
  })

/** Runs a scene on S3. `due` says whether the fault shows at the nth operation of its kind, as the store counts them. */
async function runOnS3(cell: S3Cell, due: (nth: number) => boolean) {
  const { scene: name, handler, operation, fault } = cell
  const s3 = await startLoopbackS3()
  try {
    let seen = 0
    let spoilt = false
    const { scene, run } = await openStoreScene(
      name,
      (call) => {
        const ours = call.handler === handler && call.operation === operation
        if (ours) seen += 1
        spoilt = ours && due(seen)
        return null
      },
      storeIn(s3),
    )
    // Whoever looks on from outside sees what stands there.
    scene.raw = makeMemoryStore(s3.objects)
    s3.instead = (request, response) => {
      if (!spoilt || request.operation !== operation) return false
      // Once is one request: the client's own second attempt meets what the first one left.
      if (cell.lasting === 'once') spoilt = false
      S3_FAULTS[fault]?.instead(request, response, s3)
      return true
    }
    const end = await run()
    s3.instead = () => false
    return { seen, wrong: await complaints(scene, end) }
  } finally {
    await s3.stop()
  }
}

const counts = new Map<string, Promise<number>>()

function countOf(cell: S3Cell): Promise<number> {
  const what = `${cell.scene} ${cell.handler} ${cell.operation}`
  const known = counts.get(what) ?? runOnS3(cell, () => false).then(({ seen }) => seen)
  counts.set(what, known)
  return known
}

/** Runs one cell; judged by the endpoint and the account. @returns what is wrong, none where all is well */
export async function runS3Cell(cell: S3Cell): Promise<string[]> {
  const last = cell.place === 'last' ? await countOf(cell) : 1
  const { seen, wrong } = await runOnS3(cell, (nth) => (cell.lasting === 'once' ? nth === last : nth >= last))
  return [...wrong, ...(seen < last ? ['the fault never showed'] : [])]
}
