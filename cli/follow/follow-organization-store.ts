// Follows an organization run by the documents in its run store: a run of another terminal, or of a deployed machine whose
// history is not read. It only reads. Ctrl-C stops following, not the run.
import { ANSWERED_WORDS } from '../../core/texts/approval-text.ts'
import { accountsOf, keysOf } from '../../core/texts/counts.ts'
import { plainLine } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { isStored, organizationDocuments, read, readOrganizationPlan } from '../../steps/run-documents.ts'
import { organizationLifeOf } from '../../views/run-life.ts'
import { answerLine } from '../render/answer-line.ts'
import { keysToChange } from '../render/organization-plan-text.ts'
import type { Terminal } from '../render/terminal.ts'
import { padded } from '../render/text-width.ts'
import { NAME_WIDTH } from './organization-progress.ts'
import { pause, untilSignal } from './until-signal.ts'

const PAUSE_MILLISECONDS = 1000

/** What is printed once its document is there; null: not yet. */
type Step = () => Promise<[string, string] | null>

/** @returns false if the run is still running. @throws what the run store throws */
export async function followOrganizationStore(store: RunStore, runId: string, terminal: Terminal): Promise<boolean> {
  const leaving = untilSignal()
  const steps = stepsOf(store, runId, terminal)
  let deadObservations = 0
  try {
    for (;;) {
      // Checked before the reads: if the run ends in between, they still find all that it stored.
      const isDead = (await organizationLifeOf(store, runId, terminal.env)) === 'interrupted'
      deadObservations = isDead ? deadObservations + 1 : 0
      for (let said = await steps[0]?.(); said != null; said = await steps[0]?.()) {
        terminal.stderr.write(`  ${padded(said[0], NAME_WIDTH)} ${plainLine(said[1])}\n`)
        steps.shift()
      }
      // Twice, because a run takes its lock a moment after its start.
      if ((await isStored(store, organizationDocuments.record(runId))) || deadObservations > 1) return true
      if (leaving.signal.aborted) return false
      await pause(PAUSE_MILLISECONDS, leaving.signal)
    }
  } finally {
    leaving.off()
  }
}

function stepsOf(store: RunStore, runId: string, { env }: Terminal): Step[] {
  return [
    async () => {
      const list = await read(store, organizationDocuments.accounts(runId))
      const selected = list?.accounts.filter(({ end }) => end === null).length ?? 0
      return list && ['List accounts', `${selected} of ${accountsOf(list.accounts.length)}`]
    },
    async () => {
      const stored = await readOrganizationPlan(store, runId)
      return stored && ['Make organization plan', `${keysOf(keysToChange(stored.plan))}, next: ${stored.plan.next}`]
    },
    async () => {
      const stored = await readOrganizationPlan(store, runId)
      if (stored?.plan.next !== 'approval') return null
      const answer = answerLine(runId, store.location, env)
      return ['Ask for approval', answer === null ? 'waiting' : `waiting. To answer: ${answer}`]
    },
    async () => {
      const decision = await read(store, organizationDocuments.decision(runId))
      return (
        decision && [
          'Read decision',
          `${ANSWERED_WORDS[decision.answer]}${decision.by === null ? '' : ` by ${decision.by}`}`,
        ]
      )
    },
  ]
}
