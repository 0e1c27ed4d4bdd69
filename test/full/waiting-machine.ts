// A machine in moto that does nothing but wait with a token, worked through the client of the deployed machine.
import { type Machine, makeMachine } from '../../io/states/machine.ts'
import type { MotoEngine } from './moto-machine.ts'

/** What the task of a waiting execution is handed. */
export interface Handed {
  runId: string
  executionId: string
  startedAt: string
  token: string
}

const WAITING = JSON.stringify({
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {
        FunctionName: '${F}',
        Payload: {
          'runId.$': '$$.Execution.Name',
          'executionId.$': '$$.Execution.Id',
          'startedAt.$': '$$.Execution.StartTime',
          'token.$': '$$.Task.Token',
        },
      },
      TimeoutSeconds: 60,
      End: true,
    },
  },
})

export interface Waiting {
  arn: string
  machine: Machine
  /** Starts a run and resolves when it waits. */
  start: (runId: string) => Promise<Handed>
  /** Resolves when it has ended. */
  end: (runId: string) => Promise<Awaited<ReturnType<Machine['describe']>>>
}

/** A machine of one task that waits with a token, and ends with the answer. */
export async function openWaiting(moto: MotoEngine): Promise<Waiting> {
  const handed = new Map<string, PromiseWithResolvers<Handed>>()
  const F = async (payload: unknown) => handed.get((payload as Handed).runId)?.resolve(payload as Handed)
  const arn = await moto.create({ definition: WAITING, functions: { F }, now: () => new Date() })
  const machine = makeMachine(arn)
  return {
    arn,
    machine,
    async start(runId) {
      const waits = Promise.withResolvers<Handed>()
      handed.set(runId, waits)
      await machine.start(runId, {})
      return waits.promise
    },
    async end(runId) {
      for (;;) {
        const described = await machine.describe(runId)
        if (described.status !== 'RUNNING') return described
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}
