// A run that waits in one terminal and is answered from another: real processes where it matters. What was done is judged
// by the endpoint's own log of writes.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { accessKeyId } from '../../demo/account.ts'
import { noteOpenRun } from '../../local/open-run.ts'
import {
  ASKS,
  type Aws,
  accountOf,
  awsWith,
  type Background,
  type CommandEnd,
  inBackground,
  inBackgroundHere,
  inProcess,
  keysweep,
  newDirectory,
} from '../cli/command.ts'
import { factsIn, lineWith } from '../support/error-facts.ts'

const ME = `local:${userInfo().username}`

interface Waiting<Run = Background> {
  aws: Aws
  store: string
  run: Run
  /** What the run says is to be typed in another terminal. */
  answerWith: string[]
  approve: (...args: string[]) => Promise<CommandEnd>
}

const waitingRun = (args?: string[]) => waits(inBackgroundHere, args)
const waitingProcess = () => waits((args, env) => inBackground(args, { env }))

async function waits<Run extends Background>(
  start: (args: string[], env: Aws['env']) => Run,
  args = ['--approval', 'always'],
): Promise<Waiting<Run>> {
  const aws = await awsWith(accountOf({ idle: 200, idler: 300, used: 1 }))
  const store = newDirectory()
  // As a run that was killed while it waited has left it.
  await noteOpenRun(join(store, 'open'), { runId: 'killed', url: 'http://127.0.0.1:9', secret: 'x'.repeat(43) })
  const run = start(['run', '--apply', '--yes', '--run-id', 'asked', '--store', store, ...args], aws.env)
  const answerWith = ASKS.exec(await run.says(ASKS))?.[1]?.split(' ') ?? []
  return { aws, store, run, answerWith, approve: (...more) => inProcess([...answerWith, ...more]) }
}

const recordIn = (store: string): RunRecord => JSON.parse(readFileSync(join(store, 'runs/asked/record.json'), 'utf8'))
const writesOf = ({ aws }: Waiting) => aws.endpoint.writes.map(({ user, to }) => `${user} ${to}`).sort()

describe('a run that asks', () => {
  it('waits, is approved from another terminal by the line that it prints, and leaves no way to ask behind', async () => {
    const waiting = await waitingProcess()
    expect(waiting.answerWith).toEqual(['approve', 'asked', '--store', waiting.store])
    expect(writesOf(waiting)).toEqual([])
    // Whoever answers needs none of the run's surroundings.
    const answered = await keysweep([...waiting.answerWith, '--reason', 'reviewed'], { stdin: '2\n' })
    expect(answered).toMatchObject({ code: 0, stdout: factsIn('Approved', ME, '2 keys') })
    const ended = await waiting.run.ended
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(
      new RegExp(`\\n2 keys deactivated\\.\\n.*\\nDecision +approved by ${ME} at .*: reviewed\\n`),
    )
    expect(writesOf(waiting)).toEqual(['idle Inactive', 'idler Inactive'])
    expect(readdirSync(join(waiting.store, 'open'))).toEqual(['lock'])
    expect(recordIn(waiting.store)).toMatchObject({ status: 'deactivated', decision: { by: ME, reason: 'reviewed' } })
  })

  it('ends its own question before it goes on, if the answer comes from another terminal', async () => {
    const here = { isTTY: true, stdin: null }
    const waiting = await waits((args, env) => inBackgroundHere(args, env, here))
    await waiting.run.says(/type reject: $/)
    expect((await waiting.approve('--reject')).code).toBe(0)
    const { stderr } = await waiting.run.ended
    expect(stderr).toMatch(/type reject: \n.*Ask for approval .* s\n/)
    expect(stderr).not.toMatch(/Read decision.*\n.*Read decision.*\n/)
  })

  it('touches nothing that was left out', async () => {
    const waiting = await waitingRun()
    expect((await waiting.approve('--leave-out', accessKeyId('idler'), '--yes')).code).toBe(0)
    expect((await waiting.run.ended).stdout).toMatch(
      new RegExp(`^ {2}idler +AKIA\\w+ +skipped +left out by ${ME}$`, 'm'),
    )
    expect(writesOf(waiting)).toEqual(['idle Inactive'])
  })

  it('touches nothing and ends with 3 when it is rejected', async () => {
    const waiting = await waitingRun()
    expect((await waiting.approve('--reject', '--reason', 'freeze')).code).toBe(0)
    const { code, stdout } = await waiting.run.ended
    expect(code).toBe(3)
    expect(stdout).toEqual(factsIn('Rejected', ME, 'IAM'))
    expect(writesOf(waiting)).toEqual([])
    const late = await waiting.approve('--yes')
    expect(late).toMatchObject({ code: 3, stdout: '' })
    expect(late.stderr).toEqual(lineWith('asked', '"rejected"', recordIn(waiting.store).endedAt))
  })

  it('touches nothing on Ctrl-C, and its record says that it was interrupted', async () => {
    const waiting = await waitingProcess()
    waiting.run.kill('SIGINT')
    const { code, stdout } = await waiting.run.ended
    expect(code).toBe(130)
    expect(stdout).toContain('\nInterrupted: no key was deactivated.\n')
    expect(recordIn(waiting.store)).toMatchObject({ status: 'interrupted', decision: null })
    expect(writesOf(waiting)).toEqual([])
    expect(readdirSync(join(waiting.store, 'open'))).toEqual(['lock'])
    expect((await waiting.approve('--yes')).stderr).toEqual(lineWith('asked', '"interrupted"'))
  })

  it('asks only over a cap with --approval over-cap', async () => {
    const waiting = await waitingRun(['--approval', 'over-cap', '--max-keys', '1', '--max-percent', '100'])
    expect(await waiting.run.says(/Why you decide/)).toMatch(/Why you decide: +2 stale keys, maxKeys allows 1\n/)
    await waiting.approve('--yes')
    expect((await waiting.run.ended).code).toBe(0)
    expect(writesOf(waiting)).toEqual(['idle Inactive', 'idler Inactive'])
  })
})

describe('nothing that is said or kept', () => {
  it('holds the task token or the secret, but the two files that are for them', async () => {
    const waiting = await waitingRun()
    const { secret } = JSON.parse(readFileSync(join(waiting.store, 'open/asked.json'), 'utf8'))
    const [tokenFile] = readdirSync(join(waiting.store, 'tokens/runs/asked'))
    const token = readFileSync(join(waiting.store, 'tokens/runs/asked', tokenFile ?? ''), 'utf8')
    expect([token.length > 40, secret.length > 40]).toEqual([true, true])
    const said = [
      await waiting.approve('--json'),
      await inProcess(['approve', '--json', '--store', waiting.store]),
      await waiting.approve('--yes', '--json'),
      await waiting.approve('--reject'),
      await waiting.run.ended,
      await inProcess(['show', 'asked', '--json', '--store', waiting.store]),
    ]
    const kept = globSync('**/*', { cwd: waiting.store })
      .filter((path) => !path.startsWith('tokens/') && /\.\w+$/.test(path))
      .map((path) => readFileSync(join(waiting.store, path), 'utf8'))
    expect(kept.length).toBeGreaterThan(6)
    for (const text of [...said.map((one) => JSON.stringify(one)), ...kept]) {
      expect(text).not.toContain(token)
      expect(text).not.toContain(secret)
    }
    expect(existsSync(join(waiting.store, 'open/asked.json'))).toBe(false)
  })
})

describe('the policy that a run prints', () => {
  it('says for how long it asks, and where each value came from', async () => {
    const waiting = await waitingRun(['--approval', 'always', '--approval-days', '2'])
    const said = await waiting.run.says(/Answer until/)
    expect(said).toMatch(/^ {2}approval +always +--approval$/m)
    expect(said).toMatch(/^ {2}approvalDays +2 +--approval-days$/m)
    const until = Date.parse(/Answer until: +(\S+);/.exec(said)?.[1] ?? '')
    expect(until - Date.now()).toBeGreaterThan(2 * 86_400_000 - 60_000)
    expect(until - Date.now()).toBeLessThanOrEqual(2 * 86_400_000)
    await waiting.approve('--reject')
    await waiting.run.ended
  })

  it.each([
    [
      ['--approval', 'sometimes'],
      ["'--approval <when>'", "'sometimes'", 'always, over-cap, never'],
    ],
    [
      ['--approval-days', '8'],
      ['--approval-days', '"8"', 7],
    ],
    [
      ['--approval-days', 'soon'],
      ['--approval-days', '"soon"'],
    ],
  ])('refuses %j with 2', async (args, facts) => {
    const { code, stderr } = await inProcess(['run', '--apply', '--yes', ...args])
    expect(code).toBe(2)
    expect(stderr).toEqual(lineWith(...facts))
  })
})
