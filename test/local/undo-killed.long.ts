// An undo right after kill -9 of a real process. It looks at the key as patiently as any read-back, some 16 seconds of a
// hand-set clock, by which a late update reaches IAM too.
import { setTimeout as look } from 'node:timers/promises'
import { afterEach, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { accountOf, awsWith, inBackground, inProcess, newDirectory } from '../cli/command.ts'
import { letTimeGoOn, passing, stopTime } from '../support/flying-time.ts'

afterEach(letTimeGoOn)

it.each([
  ['never reached IAM', { kind: 'hang' }, 'skipped', []],
  ['reaches IAM after its death', { kind: 'late', milliseconds: 4000 }, 'reactivated', ['Inactive', 'Active']],
] as const)(
  'an undo of a run that was killed reactivates or skips a key whose update %s, within seconds',
  async (_, fault, outcome, writes) => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    endpoint.fault({ action: 'UpdateAccessKey', nth: 1, ...fault })
    stopTime()
    const run = inBackground(['run', '--apply', '--yes', '--run-id', 'killed', '--store', store], { env })
    while (!endpoint.calls.some(({ action }) => action === 'UpdateAccessKey')) await look(20)
    run.kill('SIGKILL')
    await run.ended
    const { value, milliseconds } = await passing(inProcess(['undo', 'killed', '--store', store, '--json'], env))
    const { code, stdout } = value
    // Some 16 seconds, and more while the disk is waited for.
    expect(milliseconds).toBeLessThan(60_000)
    expect({ code, keys: (JSON.parse(stdout) as RunRecord).keys.map((key) => key.outcome) }).toEqual({
      code: 0,
      keys: [outcome],
    })
    expect(endpoint.writes.map(({ to }) => to)).toEqual(writes)
  },
)
