// A run that waits on this machine, served as a run serves it, for tests of the command that answers; without the run.
import { afterEach } from '@jest/globals'
import { makeDecide } from '../../functions/decide.ts'
import { serveDecisions } from '../../local/answer-server.ts'
import { localPerson } from '../../local/local-person.ts'
import { noteOpenRun } from '../../local/open-run.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import type { DecidePorts } from '../../steps/approval/reply.ts'
import { openWaiting, RUN, type Waiting } from '../support/waiting.ts'

const started: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const server of started.splice(0)) await server.close()
})

/** Three keys wait for an answer, and `keysweep approve run-1 --store <location>` finds them. */
export async function servedWaiting(
  fields: Partial<DecidePorts> = {},
  onFault = (error: Error): void => {
    throw error
  },
): Promise<Waiting & { location: string; secret: string }> {
  const waiting = await openWaiting(fields)
  const { location } = waiting.store
  const server = await serveDecisions(makeDecide(waiting.ports), localPerson(), onFault)
  started.push(server)
  await noteOpenRun(stateDirOf(waiting.store, {}), { runId: RUN, url: server.url, secret: server.secret })
  return { ...waiting, location, secret: server.secret }
}
