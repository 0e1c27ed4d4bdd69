// Follows a run by the documents in its run store: a run of another terminal, or of a deployed machine whose history is not
// read. It only reads. Ctrl-C stops following, not the run.
import pMap from 'p-map'
import { MODE_WRITES } from '../../core/model/closed-sets.ts'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import { ANSWERED_WORDS, IF_APPLIED_WORDS } from '../../core/texts/approval-text.ts'
import { keysOf, plannedKeysOf } from '../../core/texts/counts.ts'
import { plainLine } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { documents, isStored, read, readDecision, readStoredPlan } from '../../steps/run-documents.ts'
import { lifeOf } from '../../views/run-life.ts'
import { answerLine } from '../render/answer-line.ts'
import type { Terminal } from '../render/terminal.ts'
import { makeKeyBar } from './key-bar.ts'
import { named } from './progress.ts'
import { pause, untilSignal } from './until-signal.ts'

const PAUSE_MILLISECONDS = 700

/** A Map handles the keys in the plan's order, at most 40 at once. Keys further down cannot have an outcome yet. */
const LOOK_AHEAD_KEYS = 60

export type FollowEnd = 'with a record' | 'interrupted' | 'still running'

/** The run that is followed. */
interface FollowedRun {
  store: RunStore
  runId: string
  terminal: Terminal
  print: (what: string, more: string) => void
  /** Polls until `read` finds a document; null if the run ends without it. */
  until: <T>(read: () => Promise<T | null>) => Promise<T | null>
}

/** Follows until the run has a record, its process on this machine has ended, or Ctrl-C. @throws what the run store throws. */
export async function followStore(store: RunStore, runId: string, terminal: Terminal): Promise<FollowEnd> {
  const leaving = untilSignal()
  let end: FollowEnd | null = null
  let deadObservations = 0
  const until: FollowedRun['until'] = async (read) => {
    for (;;) {
      // Checked before the read: if the run ends in between, the read still finds all that it stored.
      deadObservations = (await isAlive(store, runId, terminal)) ? 0 : deadObservations + 1
      const found = await read()
      if (found !== null || end !== null) return found
      if (await isStored(store, documents.record(runId))) end = 'with a record'
      // Twice, because a run takes its lock a moment after its start.
      else if (deadObservations > 1) end = 'interrupted'
      else if (leaving.signal.aborted) end = 'still running'
      else await pause(PAUSE_MILLISECONDS, leaving.signal)
    }
  }
  const print = (what: string, more: string) => void terminal.stderr.write(`  ${named(what)} ${plainLine(more)}\n`)
  try {
    await showSteps({ store, runId, terminal, print, until })
    await until(() => Promise.resolve(null))
    return end ?? 'still running'
  } finally {
    leaving.off()
  }
}

/** true if unknown. */
const isAlive = async (store: RunStore, runId: string, { env }: Terminal): Promise<boolean> =>
  (await lifeOf(store, runId, env)) !== 'interrupted'

async function showSteps(run: FollowedRun): Promise<void> {
  const { store, runId, print, until } = run
  const input = await until(() => read(store, documents.input(runId)))
  if (input === null) return
  print('Start run', startLine(input))
  if (input.undo === null) return showPlan(run, input.apply === null ? 'Make plan' : 'Take stored plan')
  const undo = await until(() => read(store, documents.undo(runId)))
  if (undo === null) return
  print('Plan undo', keysOf(undo.keys.length))
  await showKeys(run, undo.keys)
}

function startLine({ mode, undo, apply }: RunInput): string {
  if (undo !== null) return `undo of run ${undo.run}`
  return apply === null ? `mode ${mode}` : `mode ${mode}, with the plan of run ${apply.run}`
}

async function showPlan(run: FollowedRun, state: 'Make plan' | 'Take stored plan'): Promise<void> {
  const { store, runId, print, until } = run
  const report = state === 'Make plan' ? await until(() => read(store, documents.suspects(runId))) : null
  if (report !== null) print('Parse report', `${report.users} users, ${report.suspects} to check`)
  const stored = await until(() => readStoredPlan(store, runId))
  if (stored === null) return
  const { keys, next } = stored.plan
  print(state, planLine(stored.plan))
  if (next === 'record') return
  const decision = next === 'approval' ? await showDecision(run) : null
  if (next === 'approval' && decision?.answer !== 'approve') return
  await showKeys(
    run,
    keys.filter(({ accessKeyId }) => !decision?.leftOut.includes(accessKeyId)),
  )
}

/** "35 keys to deactivate", or "35 keys, would stop: 35 of 61 active keys, maxPercent allows 25 %" */
function planLine({ keys, leftForNextRun, mode, ifApplied, approvalReasons }: Plan): string {
  const planned = plannedKeysOf(keys.length, keys.length + leftForNextRun)
  if (ifApplied === null) return 'no stale key'
  if (MODE_WRITES[mode] && ifApplied !== 'stop') return `${planned} to deactivate`
  const why = approvalReasons.length === 0 ? '' : `: ${approvalReasons.join('; ')}`
  return `${planned}, ${MODE_WRITES[mode] ? 'stops' : IF_APPLIED_WORDS[ifApplied]}${why}`
}

const waitingLine = (answer: string | null): string =>
  answer === null ? 'waiting for approval' : `waiting for approval. To answer: ${answer}`

async function showDecision({ store, runId, terminal, print, until }: FollowedRun) {
  const readAnswer = () => readDecision(store, runId)
  if ((await readAnswer()) === null)
    print('Ask for approval', waitingLine(answerLine(runId, store.location, terminal.env)))
  const decision = await until(readAnswer)
  if (decision !== null)
    print('Read decision', `${ANSWERED_WORDS[decision.answer]}${decision.by === null ? '' : ` by ${decision.by}`}`)
  return decision
}

async function showKeys({ store, runId, terminal, print, until }: FollowedRun, keys: { accessKeyId: string }[]) {
  if (keys.length === 0) return
  const bar = makeKeyBar(named('Keys'), keys.length, terminal)
  let pending = keys
  await until(async () => {
    const done = new Set<string>()
    const readOutcome = async ({ accessKeyId }: { accessKeyId: string }) => {
      const outcome = await read(store, documents.outcome(accessKeyId, runId))
      if (outcome === null) return
      bar.addOutcome(accessKeyId, outcome.outcome)
      done.add(accessKeyId)
    }
    await pMap(pending.slice(0, LOOK_AHEAD_KEYS), readOutcome, { concurrency: 10 })
    pending = pending.filter(({ accessKeyId }) => !done.has(accessKeyId))
    return pending.length === 0 ? true : null
  })
  bar.stop()
  print('Keys', bar.summary())
}
