// Waits until a stopped run of the deployed machine can change no key any more. Step Functions starts no further function, but
// one that it has called goes on.
import pMap from 'p-map'
import { StoreDamaged } from '../../core/model/errors.ts'
import { keysToTake } from '../../core/run/decision.ts'
import { type HistoryEvent, type Machine, makeMachine } from '../../io/states/machine.ts'
import { MachineRefused } from '../../io/states/machine-errors.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { documents, isStored, readDecision, readStoredPlan } from '../../steps/run-documents.ts'
import { pause } from './until-signal.ts'

export interface Stopped {
  machine: string
  store: RunStore | null
  /** When the last run was stopped, in milliseconds. */
  stoppedAt: number
  signal: AbortSignal
  say: (line: string) => void
  settleMilliseconds?: number
}

/** The timeout of Deactivate key, 150 seconds (serverless.yml), and some more. */
const SETTLE_MILLISECONDS = 160_000

/** Maps whose functions write to IAM, or whose runs have such functions. */
const WRITING_STATES: readonly (string | null)[] = ['Deactivate keys', 'Change accounts']

const LOOK_MILLISECONDS = 1000
const LOOKS_FOR_THE_END = 10

/** @returns `sent`: the run may have changed keys. `settled`: it changes none any more; false only after Ctrl-C. */
export async function untilSettled(stopped: Stopped, runId: string): Promise<{ settled: boolean; sent: boolean }> {
  const { machine, store, stoppedAt, signal, say, settleMilliseconds = SETTLE_MILLISECONDS } = stopped
  if (!(await mayHaveSent(makeMachine(machine), runId, signal))) return { settled: true, sent: false }
  const until = stoppedAt + settleMilliseconds
  const left = () => until - Date.now()
  const seconds = Math.max(0, Math.ceil(left() / 1000))
  say(`Run ${runId}: waiting up to ${seconds} s, because a function that was called may still change a key.`)
  while (left() > 0 && !signal.aborted && !(await isDecided(store, runId)))
    await pause(Math.min(LOOK_MILLISECONDS, left()), signal)
  return { settled: !signal.aborted, sent: true }
}

/** By its history, which is complete once it has the end. An unreadable history says nothing, so the run counts as one that did. */
async function mayHaveSent(machine: Machine, runId: string, signal: AbortSignal): Promise<boolean> {
  for (let look = 1; look <= LOOKS_FOR_THE_END && !signal.aborted; look += 1) {
    const events = await machine.eventsAfter(runId, 0).catch(nullIfRefused)
    if (events === null) return true
    if (events.some(isWriting)) return true
    if (events.some(({ type }) => type === 'ExecutionAborted')) return false
    await pause(LOOK_MILLISECONDS, signal)
  }
  return true
}

function nullIfRefused(error: unknown): null {
  if (error instanceof MachineRefused) return null
  throw error
}

const isWriting = ({ type, state }: HistoryEvent): boolean =>
  type === 'MapStateEntered' && WRITING_STATES.includes(state)

/** Whether every key that the run was to change has its outcome. Without the run store that is not known. */
async function isDecided(store: RunStore | null, runId: string): Promise<boolean> {
  if (store === null) return false
  try {
    const stored = await readStoredPlan(store, runId)
    if (stored === null) return false
    const keys = keysToTake(stored.plan, stored.sha256, await readDecision(store, runId))
    const outcomes = await pMap(keys, ({ accessKeyId }) => isStored(store, documents.outcome(accessKeyId, runId)), {
      concurrency: 10,
    })
    return keys.length > 0 && outcomes.every(Boolean)
  } catch (error) {
    // The record names the document.
    if (error instanceof StoreDamaged) return false
    throw error
  }
}
