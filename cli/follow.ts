// Follows a run on this machine from its start to its record, shows it, and stops it well on Ctrl-C.
import { randomBytes } from 'node:crypto'
import type { RunRecord } from '../core/model.ts'
import { messageOf } from '../core/record.ts'
import { newRunId, startLocalRun } from '../engine/local-run.ts'
import type { ExecutionOptions, ExecutionResult } from '../engine/step-functions.ts'
import type { Ports, RunPorts } from '../functions/ports.ts'
import { runKey } from '../io/run-store.ts'
import { NoRecord } from './failure.ts'
import { writeInterruptedRecord } from './interrupt.ts'
import { makeProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface Followed {
  record: RunRecord
  /** record.json as it stands in the store. */
  json: string
}

export interface FollowOptions extends Pick<ExecutionOptions, 'delay'> {
  ports: RunPorts
  runId: string
  terminal: Terminal
}

/** A run id of this moment. */
export const nextRunId = (): string => newRunId(new Date(), randomBytes(3).toString('hex'))

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs to the end, or to the first Ctrl-C. @throws NoRecord, and what the run store throws. */
export async function follow({ ports, runId, terminal, ...options }: FollowOptions): Promise<Followed> {
  const progress = makeProgress(terminal)
  const startedAt = ports.now().toISOString()
  const execution = startLocalRun({ ports, runId, input: {}, onEvent: progress.tell, ...options })
  let stopping: Promise<void> | null = null
  const stop = () => {
    progress.say(
      stopping === null ? 'Stopping: nothing new is started.' : 'Still stopping: the record is being written.',
    )
    stopping ??= execution.stop()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    const result = await execution.result
    // Typed as never assigned: the assignment happens in the handler.
    await (stopping as Promise<void> | null)
    if (result.status === 'ABORTED') await writeInterruptedRecord(ports, runId, startedAt)
    return await readRecord(ports, runId, result)
  } finally {
    progress.close()
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

async function readRecord({ store }: Ports, runId: string, result: ExecutionResult): Promise<Followed> {
  const failure = result.status === 'FAILED' ? result : { error: 'NoRecord', cause: '' }
  // Under a run id that is taken stands another run's record.
  const json = failure.error === 'RunIdTaken' ? null : await store.get(runKey(runId, 'record.json'))
  if (json !== null) return { record: JSON.parse(json) as RunRecord, json }
  const because = messageOf({ Error: failure.error, Cause: failure.cause })
  throw new NoRecord(`Run ${runId} left no record: ${because}`, failure.error)
}
