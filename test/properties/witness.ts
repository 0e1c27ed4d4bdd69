// Stands between the handlers and IAM: lets other people act right before any call, makes an update go wrong, and
// notes what each call of a handler was told and did. What a run claims is judged by these notes, not by its record.
import { AsyncLocalStorage } from 'node:async_hooks'
import { IamDenied, IamThrottled, IamUnavailable, NoSuchEntity } from '../../core/model/errors.ts'
import type { Write } from '../../demo/actions.ts'
import type { LocalFunction } from '../../engine/step-functions.ts'
import type { Iam } from '../../io/iam/iam.ts'

/** What goes wrong with an update; a lost one is lost on the way to IAM or on the way back. */
export type UpdateFault = 'throttled' | 'denied' | 'lost before' | 'lost after'

/** One call to IAM. */
export interface Noted {
  /** Which call of which handler made it. */
  handlerCall: number
  at: number
  action: 'listAccessKeys' | 'lastUsed' | 'listTags' | 'user' | 'setStatus'
  subject: string[]
  /** null where it threw. */
  answer: unknown
  /** IAM answered that there is no such user or key. */
  gone: boolean
  /** The write that IAM carried out in this call; null: none. */
  write: Write | null
}

export interface Plot {
  /** Called right before the nth call to IAM, from 1. */
  beforeCall: (n: number) => void
  /** The nth update from 1, where it is to go wrong. */
  fault: (n: number) => UpdateFault | undefined
}

export interface Witness {
  noted: Noted[]
  /** What is to happen from now on; calls and updates are counted from 1 again. */
  plot: (plot: Plot) => void
  iam: Iam
  /** The same handler, each call of which can be told from the others. */
  watched: (handler: LocalFunction) => LocalFunction
}

const NOTHING: Plot = { beforeCall: () => {}, fault: () => undefined }

export function makeWitness(iam: Iam, writes: readonly Write[], now: () => Date): Witness {
  const noted: Noted[] = []
  const handlerCalls = new AsyncLocalStorage<number>()
  let handlers = 0
  let [plot, calls, updates] = [NOTHING, 0, 0]

  const around =
    <A extends string[], T>(action: Noted['action'] | null, call: (...subject: A) => Promise<T>) =>
    async (...subject: A): Promise<T> => {
      plot.beforeCall(++calls)
      if (action === null) return call(...subject)
      const note: Noted = {
        handlerCall: handlerCalls.getStore() ?? 0,
        at: now().getTime(),
        action,
        subject,
        answer: null,
        gone: false,
        write: null,
      }
      noted.push(note)
      try {
        const answer = await call(...subject)
        note.answer = answer ?? 'done'
        return answer
      } catch (error) {
        note.gone = error instanceof NoSuchEntity
        throw error
      }
    }

  const update = async (user: string, id: string, status: 'Active' | 'Inactive'): Promise<void> => {
    const fault = plot.fault(++updates)
    const note = noted.at(-1)
    if (fault === 'throttled') throw new IamThrottled('Rate exceeded')
    if (fault === 'denied') throw new IamDenied('Access denied.')
    if (fault === 'lost before') throw new IamUnavailable('no answer')
    await iam.setStatus(user, id, status)
    const write = writes.findLast((one) => one.accessKeyId === id)
    if (note !== undefined && write !== undefined) note.write = write
    if (fault === 'lost after') throw new IamUnavailable('no answer')
  }

  return {
    noted,
    plot: (next) => {
      ;[plot, calls, updates] = [next, 0, 0]
    },
    watched: (handler) => (payload) => handlerCalls.run(++handlers, () => handler(payload)),
    iam: {
      generateReport: around(null, iam.generateReport),
      getReport: around(null, iam.getReport),
      ownerOf: around(null, iam.ownerOf),
      listAccessKeys: around('listAccessKeys', iam.listAccessKeys),
      lastUsed: around('lastUsed', iam.lastUsed),
      listTags: around('listTags', iam.listTags),
      user: around('user', iam.user),
      setStatus: around('setStatus', update),
    },
  }
}
