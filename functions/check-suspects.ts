// Check suspects: reads the facts of one slice of the suspects from IAM, and stores a verdict for each of their keys.
import pMap, { pMapSkip } from 'p-map'
import * as z from 'zod'
import { boundedClock, FACTS_DAYS } from '../core/judge/clock.ts'
import { exemptUser, judgeUser, unseenUser } from '../core/judge/judge-user.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { Slice } from '../core/model/documents/slice.ts'
import type { StoredSuspects, Suspect } from '../core/model/documents/suspects.ts'
import { NoSuchEntity } from '../core/model/errors.ts'
import { signerIn } from '../core/model/facts.ts'
import { checkMetrics } from '../core/notify/metrics.ts'
import { READ } from '../io/sts/iam-use.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports, ProgressPort } from '../steps/ports.ts'
import { documents, inForce, put, read, readSuspects } from '../steps/run-documents.ts'
import { readUserAndNote } from '../steps/user-facts.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { patientIamPort, storePort } from './lambda/ports.ts'

/** The most suspects of one slice. Their verdicts and facts are about a megabyte. */
export const SLICE_SUSPECTS = 500

/** A slice starts no more suspects after this time. It leaves ample time before Lambda's limit of 15 minutes. */
export const SLICE_MILLISECONDS = 8 * 60_000

const payload = z.object({ runId: z.string(), next: z.number().int().min(0) })

type CheckPorts = Pick<Ports, 'patientIamOf' | 'store' | 'now'> & Partial<ProgressPort>

/** An unreadable suspect is stored as such and does not stop the others. @throws PassRefused | ClockRefused, and what the run store throws */
export const makeCheckSuspects = (ports: CheckPorts) =>
  withPass(ports, payload, async ({ runId, next }, input) => {
    const ref = documents.slice(runId, next)
    const suspects = await readSuspects(ports.store, runId)
    const slice =
      (await read(ports.store, ref)) ??
      (await put(ports.store, ref, await checkSlice(ports, suspects, inForce(input), next)))
    const done = slice.to >= suspects.list.length
    return { next: slice.to, done, metrics: checkMetrics(slice.unreadable.length) }
  })

async function checkSlice(ports: CheckPorts, suspects: StoredSuspects, run: RunInput, from: number): Promise<Slice> {
  const deadline = ports.now().getTime() + SLICE_MILLISECONDS
  let timeIsUp = false
  let count = from
  // Suspects start in order, so the checked ones are the first of the slice, without a gap.
  const checked = await pMap(
    suspects.list.slice(from, from + SLICE_SUSPECTS),
    async (suspect, index) => {
      timeIsUp ||= index > 0 && ports.now().getTime() >= deadline
      if (timeIsUp) return pMapSkip
      const part = await checkSuspect(ports, suspect, suspects.generatedAt, run)
      count += 1
      ports.suspectChecked?.(count, suspects.list.length)
      return part
    },
    { concurrency: run.policy.concurrency },
  )
  return {
    from,
    to: from + checked.length,
    verdicts: checked.flatMap((part) => part.verdicts),
    stale: checked.flatMap((part) => part.stale),
    users: checked.flatMap((part) => part.users),
    unreadable: checked.flatMap((part) => part.unreadable),
  }
}

const NOBODY_SEEN = { stale: [], users: [], unreadable: [] }

async function checkSuspect(
  ports: CheckPorts,
  suspect: Suspect,
  generatedAt: string,
  run: RunInput,
): Promise<Pick<Slice, 'verdicts' | 'stale' | 'users' | 'unreadable'>> {
  const { user, path, activeInReport, slots, userCreatedAt, reactivated } = suspect
  const { runId, policy } = run
  const caller = signerIn(run)
  const exempt = exemptUser(suspect, policy)
  if (exempt !== null) return { ...NOBODY_SEEN, verdicts: exempt }
  const report = { generatedAt, activeKeys: activeInReport, slots, userCreatedAt, ...(reactivated && { reactivated }) }
  try {
    const lasts = { days: FACTS_DAYS }
    const now = boundedClock(ports.now, { what: "the run's start", from: run.startedAt, lasts })
    const reading = { user, path, report, runId, policy, caller, now }
    const { facts, at } = await readUserAndNote(ports.store, ports.patientIamOf(run, READ), reading)
    const users = [{ at: at.toISOString(), facts }]
    return { ...judgeUser(facts, policy, caller, at), users, unreadable: [] }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error instanceof NoSuchEntity)
      return { ...NOBODY_SEEN, verdicts: [unseenUser(user, { doubt: 'user-deleted', received: null })] }
    if (!error.name.startsWith('Iam')) throw error
    return {
      ...NOBODY_SEEN,
      verdicts: [unseenUser(user, { doubt: 'user-unreadable', error: error.name, message: error.message })],
      unreadable: [{ user, error: error.name, message: error.message }],
    }
  }
}

export const handler = measured(onLambda(makeCheckSuspects, patientIamPort, storePort))
