// Ctrl-C: nothing new starts, what is in flight is read back, and the record is written; a second one loses nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import {
  type Aws,
  accountOf,
  awsWith,
  type CommandEnd,
  inBackground,
  inProcess,
  keysweep,
  newDirectory,
  storeIn,
} from '../cli/command.ts'

const TEN = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`user-${index}`, 200]))
const ALL_AT_ONCE = ['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'stopped', '--json']

interface Interrupted extends CommandEnd {
  record: RunRecord
}

/** Runs until stderr matches, then sends the signals. */
async function interrupt(aws: Aws, when: RegExp, args: string[], signals: NodeJS.Signals[]): Promise<Interrupted> {
  const cwd = newDirectory()
  let sent = 0
  const ended = await keysweep([...ALL_AT_ONCE, ...args], {
    env: aws.env,
    cwd,
    onStderr: (said, kill) => {
      // The second comes as soon as the first is answered, while the run is stopping.
      const next = signals[sent]
      if (next === undefined || !(sent === 0 ? when : /Stopping: /).test(said)) return
      sent += 1
      kill(next)
    },
  })
  return { ...ended, record: JSON.parse(readFileSync(join(storeIn(cwd), 'runs/stopped/record.json'), 'utf8')) }
}

describe('Ctrl-C', () => {
  it.each<[string, NodeJS.Signals[]]>([
    ['once', ['SIGINT']],
    ['twice', ['SIGINT', 'SIGINT']],
  ])('%s, ends with 130 and a record that is true for every key', async (_, signals) => {
    const aws = await awsWith(accountOf(TEN))
    // The first two keys are done at once; the third is in flight for a while when the signal comes.
    aws.endpoint.fault({ action: 'UpdateAccessKey', nth: 3, kind: 'slow', milliseconds: 600 })
    const { code, stdout, stderr, record } = await interrupt(
      aws,
      /AKIA\w+ deactivated/,
      ['--concurrency', '1'],
      signals,
    )
    expect(code).toBe(130)
    expect(stderr).toMatch(/^Stopping: /m)
    expect(record).toMatchObject({ status: 'interrupted', error: { name: 'Interrupted' } })
    expect(JSON.parse(stdout)).toEqual(record)
    expect(untrue(aws, record)).toEqual([])
    const { deactivated, skipped, failed } = record.counts
    expect(failed).toBe(0)
    expect(deactivated).toBeGreaterThanOrEqual(1)
    expect(deactivated).toBeLessThan(10)
    expect(deactivated + skipped).toBe(10)
    expect(aws.endpoint.writes).toHaveLength(deactivated)
  })

  it('a second time, ends at once without a record, and show rebuilds what the run did', async () => {
    const aws = await awsWith(accountOf(TEN))
    aws.endpoint.fault({ action: 'UpdateAccessKey', nth: 3, kind: 'slow', milliseconds: 20_000 })
    const cwd = newDirectory()
    const run = inBackground([...ALL_AT_ONCE, '--concurrency', '1'], { env: aws.env, cwd })
    await run.says(/AKIA\w+ deactivated\n.*AKIA\w+ deactivated\n/s)
    run.kill('SIGINT')
    await run.says(/^Stopping: /m)
    // A signal that npm repeats comes at once; a person's second one does not.
    await new Promise((resolve) => setTimeout(resolve, 700))
    const before = performance.now()
    run.kill('SIGINT')
    const { code, stdout } = await run.ended
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(performance.now() - before).toBeLessThan(5000)
    const shown = await inProcess(['show', 'stopped', '--json', '--store', storeIn(cwd)])
    const record: RunRecord = JSON.parse(shown.stdout)
    expect(record).toMatchObject({ status: 'interrupted', counts: { deactivated: 2 } })
  })

  it('by another signal, before the plan, leaves a record too, and has written nothing', async () => {
    const aws = await awsWith(accountOf(TEN))
    aws.endpoint.fault({ action: 'GetCredentialReport', kind: 'slow', milliseconds: 600 })
    const { code, record } = await interrupt(aws, /Generate report +\d/, [], ['SIGTERM'])
    expect(code).toBe(130)
    expect(record).toMatchObject({ status: 'interrupted', plan: null, keys: [] })
    expect(aws.endpoint.writes).toEqual([])
  })

  it('in the pause of a retry notes that IAM had refused the update', async () => {
    const aws = await awsWith(accountOf({ idle: 200 }))
    aws.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'Throttling' })
    const { code, record } = await interrupt(aws, /retry 1 .*IamThrottled/, [], ['SIGINT'])
    expect(code).toBe(130)
    expect(record.keys.filter((key) => key.outcome !== null)).toMatchObject([
      { outcome: 'skipped', outcomeReason: outcomeReasonText({ why: 'interrupted', when: 'refused' }) },
    ])
    expect(aws.endpoint.writes).toEqual([])
  })
})

/** Keys of which the record says other than the account. */
const untrue = ({ endpoint }: Aws, { keys }: RunRecord): string[] =>
  endpoint.account.users.flatMap((user) =>
    user.keys
      .filter((key) => {
        const said = keys.find((one) => one.accessKeyId === key.id)
        return (said?.outcome === 'deactivated') !== (key.status === 'Inactive')
      })
      .map((key) => key.id),
  )
