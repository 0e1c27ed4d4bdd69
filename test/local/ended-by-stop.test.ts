// A stop of a run on this machine, while a service does not answer what the run reads.
import { expect, it } from '@jest/globals'
import type { ActionName } from '../../demo/actions.ts'
import type { Execution } from '../../engine/step-functions.ts'
import { startLocalRun } from '../../local/local-run.ts'
import { accountOf, openWorld, PASS } from '../support/world.ts'

/** Far more than a stop takes on a busy machine. */
const SOON_MILLISECONDS = 20_000

it.each<[ActionName, string[]]>([
  ['GenerateCredentialReport', ['input.json']],
  ['GetCredentialReport', ['input.json']],
  ['GetAccessKeyLastUsed', ['input.json', 'report.csv', 'suspects.json']],
  ['ListUserTags', ['input.json', 'report.csv', 'suspects.json']],
  ['LookupEvents', ['input.json', 'report.csv', 'suspects.json', 'verdicts/0.json']],
])(
  'ends a %s that is not answered, and the function stores nothing of it',
  async (action, stored) => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), timeoutMilliseconds: 10 * SOON_MILLISECONDS })
    const asked = Promise.withResolvers<void>()
    const isAsked = () => {
      asked.resolve()
      return true
    }
    world.endpoint.fault({ action, kind: 'hang', match: isAsked })
    const execution: Execution = startLocalRun({
      ports: world.ports,
      runId: 'run-1',
      input: {},
      uuid: () => PASS,
      delay: () => 0,
    })
    await asked.promise
    const before = performance.now()
    await execution.stop()
    expect(performance.now() - before).toBeLessThan(SOON_MILLISECONDS)
    expect(await execution.result).toEqual({ status: 'ABORTED' })
    const calls = world.endpoint.calls.filter((call) => call.action === action)
    expect(calls).toHaveLength(1)
    const documents = await world.ports.store.list('runs/run-1/')
    expect(documents.map((key) => key.replace('runs/run-1/', '')).sort()).toEqual(stored)
    expect(world.endpoint.writes).toEqual([])
  },
  2 * SOON_MILLISECONDS,
)
