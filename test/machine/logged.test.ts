// What the functions of a whole run write to their logs, with the real logger and the real metrics around each of them.
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { ApprovalWanted } from '../../core/model/messages.ts'
import { type Execution, startExecution } from '../../engine/step-functions.ts'
import { makeCheckSuspects } from '../../functions/check-suspects.ts'
import { makeDecide } from '../../functions/decide.ts'
import { measured } from '../../functions/lambda/measure.ts'
import { observed } from '../../functions/lambda/observe.ts'
import { tokenPrefix } from '../../io/store/run-store.ts'
import { describedBy, makeHandlers, wakeIn } from '../../local/local-run.ts'
import definition from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import { linesOf } from '../support/log-lines.ts'
import { eventOf } from '../support/waiting.ts'
import { accountOf, openWorld, PASS } from '../support/world.ts'

/** Those that count something, as their files say. */
const MEASURED = ['CheckSuspectsArn', 'MakePlanArn', 'AskForApprovalArn', 'WriteRecordArn']

/** A run of two stale keys with approval, in which one key fails: its log, and its token. */
async function loggedRun(): Promise<{ lines: Record<string, unknown>[]; token: string }> {
  const world = await openWorld({
    account: accountOf({ idle: 200, stuck: 200, used: 1 }),
    settings: '{ mode: apply, approval: always, policy: { maxKeys: 1 } }',
  })
  const match = ({ UserName }: Record<string, string>) => UserName === 'stuck'
  world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match })
  let token = ''
  const notify = async (message: ApprovalWanted) => void setImmediate(() => approve(message))
  const approve = async ({ runId, plan }: ApprovalWanted) => {
    token = (await world.ports.store.get((await world.ports.store.list(tokenPrefix(runId)))[0] ?? '')) ?? ''
    const decide = observed(makeDecide({ ...world.ports, wake: wakeIn(execution) }))
    const body = JSON.stringify({ plan, answer: 'approve', reason: 'body-canary' })
    await decide(eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body }))
  }
  const functions = Object.fromEntries(
    Object.entries(makeHandlers({ ...world.ports, notify, execution: describedBy(() => execution) })).map(
      ([name, handler]) => {
        const logged = observed((event) => handler(event))
        const called = MEASURED.includes(name) ? measured(logged as never) : logged
        return [name, (event: unknown) => called(event)]
      },
    ),
  )
  const names = Object.keys(functions).map((name) => [name, name])
  const execution: Execution = startExecution({
    definition,
    substitutions: { Partition: 'aws', ...Object.fromEntries(names) },
    functions,
    name: 'run-1',
    machineName: 'keysweep',
    input: {},
    uuid: () => PASS,
    now: world.ports.now,
    delay: () => 0,
  })
  const lines = await linesOf(() => execution.result)
  return { lines, token }
}

describe('the log of a run', () => {
  let lines: Record<string, unknown>[]
  let token: string
  beforeAll(async () => {
    ;({ lines, token } = await loggedRun())
  })

  it('holds no task token, no pass and no body of a request', () => {
    expect(JSON.stringify(lines)).not.toContain(PASS)
    expect(token.length).toBeGreaterThan(20)
    expect(JSON.stringify(lines)).not.toContain(token)
    expect(JSON.stringify(lines)).not.toContain('body-canary')
  })
  it('has one line for each call, each with the run', () => {
    const calls = lines.filter((line) => 'outcome' in line)
    expect(calls.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['STARTED', 'COMPLETE', 'approval', 'deactivate', 'deactivated', 'failed', 200]),
    )
    expect(calls.filter(({ runId }) => runId !== 'run-1')).toEqual([])
  })
  it('names what was thrown, and at which key', () => {
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', error: 'IamDenied', user: 'stuck' }))
  })
  it('counts the run, each thing once', () => {
    const counted: Record<string, unknown[]> = {}
    for (const { _aws, ...values } of lines) {
      const { CloudWatchMetrics = [] } = (_aws ?? {}) as { CloudWatchMetrics?: { Metrics: { Name: string }[] }[] }
      for (const { Name } of CloudWatchMetrics.flatMap(({ Metrics }) => Metrics))
        counted[Name] = [...(counted[Name] ?? []), values[Name]]
    }
    expect(counted).toEqual({
      UnreadableSuspects: [0],
      PlansMade: [1],
      KeysFound: [2],
      OverCap: [1],
      ReportAgeHours: [expect.any(Number)],
      ApprovalsWaiting: [1, 0],
      KeysDeactivated: [1],
      KeysReactivated: [0],
      KeysSkipped: [0],
      KeysFailed: [1],
      NoticesFailed: [0],
    })
  })
})

it('a suspect that could not be read is counted', async () => {
  const names = Array.from({ length: 20 }, (_, n) => [`idle-${n}`, 200])
  const world = await openWorld({ account: accountOf(Object.fromEntries(names)), settings: 'mode: plan' })
  const match = ({ UserName }: Record<string, string>) => UserName === 'idle-3'
  world.endpoint.fault({ action: 'ListAccessKeys', kind: 'error', error: 'AccessDenied', match })
  await world.run()
  const again = await makeCheckSuspects(world.ports)({ runId: 'run-1', pass: PASS, next: 0 })
  expect(again.metrics).toEqual({ UnreadableSuspects: 1 })
})
