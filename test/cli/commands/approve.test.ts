// keysweep approve, on a run that waits on this machine: what it lists, shows, asks and sends, and what it makes of answers.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { MachineUnavailable } from '../../../core/model/errors.ts'
import { expired } from '../../../core/run/decision.ts'
import { planHash } from '../../../core/run/plan.ts'
import { EVERY_PLAN_ASKS } from '../../../core/texts/approval-text.ts'
import { runKey } from '../../../io/store/run-store.ts'
import { localPerson } from '../../../local/local-person.ts'
import { noteOpenRun } from '../../../local/open-run.ts'
import { documents, put, readDecision } from '../../../steps/run-documents.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { ago, NOW } from '../../support/facts.ts'
import { type LoopbackServer, openLoopbackServer } from '../../support/loopback-server.ts'
import { recordOf } from '../../support/records.ts'
import { idOf, RUN, TOKEN } from '../../support/waiting.ts'
import { DEAD_ADDRESS, errorLine, inProcess, newDirectory } from '../command.ts'
import { servedWaiting } from '../waiting-run.ts'

/** A list without a run: a sentence that is not an error. */
const NO_RUN = { code: 0, stdout: '', stderr: expect.stringMatching(/^\p{Lu}[^\n:]*\.\n$/u) }

const approve = (location: string, args: string[], stdin = '') =>
  inProcess(['approve', ...args, '--store', location], {}, { stdin })

describe('keysweep approve without a run', () => {
  it('lists what waits', async () => {
    const { location } = await servedWaiting()
    const { code, stdout, stderr } = await approve(location, [])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['Run', 'Account', 'Planned at', 'Keys', 'Why you decide'],
      [RUN, '111122223333', NOW.toISOString(), '3', EVERY_PLAN_ASKS],
    ])
  })

  it('lists it as JSON', async () => {
    const { location, sha256 } = await servedWaiting()
    const { stdout } = await approve(location, ['--json'])
    expect(JSON.parse(stdout)).toMatchObject([{ runId: RUN, keys: 3, plan: sha256 }])
  })

  it('says so where nothing waits', async () => {
    expect(await approve(newDirectory(), [])).toEqual(NO_RUN)
    expect((await approve(newDirectory(), ['--json'])).stdout).toBe('[]\n')
  })

  it('does not list a run that was killed: nobody listens where its note says, or somebody else does', async () => {
    const { location, secret } = await servedWaiting()
    await noteOpenRun(join(location, 'open'), { runId: 'killed', url: DEAD_ADDRESS, secret })
    await noteSomebodyElse(location, 'foreign', () => ({ unlike: 'an answer of ours' }), 404)
    expect((await approve(location, [])).stdout).not.toMatch(/killed|foreign/)
  })
})

describe('a store with something odd in it', () => {
  it('hides no run that waits, and keeps nobody from answering it', async () => {
    const { location, store } = await servedWaiting()
    await store.put('tokens/older/000001', 'x')
    await store.put('runs/older/plan.json', '{"runId":"older","version":0}')
    await store.put('tokens/a copy/000001', 'x')
    expect(await approve(location, [])).toMatchObject({ stdout: expect.stringContaining(`\n${RUN} `), stderr: '' })
    expect((await approve(location, [RUN, '--yes'])).code).toBe(0)
  })

  it('in the waiting run is named: the list is not empty because no run waits', async () => {
    const { location } = await servedWaiting()
    writeFileSync(join(location, 'runs', RUN, 'plan.json'), 'x')
    const { code, stderr } = await approve(location, [])
    expect(code).toBe(0)
    expect(stderr).toEqual(lineWith(RUN, 'JSON'))
  })

  it('passes over a folder among the notes of runs that wait', async () => {
    const { location } = await servedWaiting()
    mkdirSync(join(location, 'open', 'folder.json'))
    expect(await approve(location, [])).toMatchObject({ stdout: expect.stringContaining(`\n${RUN} `), stderr: '' })
  })

  it('that the API cannot handle is shown as its fault, and not as a missing run', async () => {
    const { location } = await servedWaiting({}, () => {})
    writeFileSync(join(location, 'runs', RUN, 'input.json'), 'x')
    const { code, stderr } = await approve(location, [RUN, '--yes'])
    expect(code).toBe(1)
    const { url } = JSON.parse(readFileSync(join(location, 'open', `${RUN}.json`), 'utf8'))
    expect(stderr).toEqual(lineWith(url))
    await noteSomebodyElse(location, RUN, () => ({ message: 'broken' }), 500)
    expect((await approve(location, [])).stderr).toEqual(lineWith(RUN, 'broken'))
  })
})

const others: LoopbackServer[] = []
afterEach(async () => {
  for (const server of others.splice(0)) await server.stop()
})

/** Somebody else answers where a run's note says. */
async function noteSomebodyElse(location: string, runId: string, answer: (path: string) => unknown, status = 200) {
  const server = await openLoopbackServer(({ url = '' }, response) => {
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(answer(url)))
  })
  others.push(server)
  await noteOpenRun(join(location, 'open'), { runId, url: server.url, secret: 'x'.repeat(43) })
}

describe('keysweep approve', () => {
  it('shows every key with all that speaks for and against it, and sends the answer once its number is typed', async () => {
    const { location, store, woken, sha256 } = await servedWaiting()
    const { code, stdout, stderr } = await approve(location, [RUN, '--reason', 'reviewed'], '3\n')
    expect(code).toBe(0)
    expect(stderr).toEqual(factsIn('type 3'))
    expect(stdout).toMatch(
      /^Run run-1 asks to deactivate 3 keys, of 3 users in account 111122223333, longest idle first\n/,
    )
    for (const index of [1, 2, 3]) {
      const created = ago(900).slice(0, 10)
      expect(stdout).toMatch(
        new RegExp(`^ {2}user-${index} +${idOf(index)} +${100 + index} +s3, eu-west-1 +unused +${created} +none$`, 'm'),
      )
    }
    expect(stdout).toContain(`\nPlan (sha256)   ${sha256}\n`)
    expect(stdout.trimEnd().split('\n').at(-1)).toEqual(
      factsIn('Approved', localPerson().arn, NOW.toISOString(), '3 keys'),
    )
    expect(await readDecision(store, RUN)).toMatchObject({ answer: 'approve', reason: 'reviewed', leftOut: [] })
    expect(woken).toEqual([TOKEN, 'an older token'])
  })

  it('leaves keys out, and asks for the number of the others', async () => {
    const { location, store } = await servedWaiting()
    const args = [RUN, '--leave-out', idOf(1), '--leave-out', idOf(3)]
    const { code, stdout, stderr } = await approve(location, args, '1\n')
    expect(code).toBe(0)
    expect(stderr).toEqual(factsIn('type 1'))
    expect(stdout).toContain(`\nLeft out        ${idOf(1)}, ${idOf(3)}\n`)
    expect(stdout).toMatch(/^ {2}user-1 \(left out\) /m)
    expect(stdout.trimEnd().split('\n').at(-1)).toEqual(factsIn('Approved', '1 key', '2 left out'))
    expect(await readDecision(store, RUN)).toMatchObject({ leftOut: [idOf(1), idOf(3)] })
  })

  it('rejects without asking for a number, for nothing is taken away', async () => {
    const { location, store } = await servedWaiting()
    const { code, stdout, stderr } = await approve(location, [RUN, '--reject', '--reason', 'freeze'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n').at(-1)).toEqual(factsIn('Rejected', localPerson().arn, 'No key'))
    expect(await readDecision(store, RUN)).toMatchObject({ answer: 'reject', reason: 'freeze' })
  })

  it('asks nothing with --yes, and prints the answer as JSON and nothing else on stdout with --json', async () => {
    const { location } = await servedWaiting()
    const { code, stdout, stderr } = await approve(location, [RUN, '--yes', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ decision: { answer: 'approve', runId: RUN }, woken: true })
    expect(stderr).toContain('asks to deactivate 3 keys')
  })

  it.each([
    ['y', '"y"'],
    ['yes', '"yes"'],
    ['', '""'],
    ['2', '"2"'],
    ['03', '"03"'],
    ['3 keys', '"3 keys"'],
  ])('takes %j for no answer', async (typed, received) => {
    const { location, store, woken } = await servedWaiting()
    const { code, stderr } = await approve(location, [RUN], `${typed}\n`)
    expect(code).toBe(2)
    expect(stderr.split('\n').at(-2)).toEqual(factsIn('Not approved', 'type 3', '--yes', `Received ${received}`))
    expect(await readDecision(store, RUN)).toBeNull()
    expect(woken).toEqual([])
  })

  it('takes the end of the input for no answer, and names --yes', async () => {
    const { location, store } = await servedWaiting()
    const { code, stderr } = await approve(location, [RUN])
    expect(code).toBe(2)
    expect(stderr.split('\n').at(-2)).toEqual(factsIn('Not approved', 'type 3', '--yes'))
    expect(stderr).not.toContain('Received')
    expect(await readDecision(store, RUN)).toBeNull()
  })
})

describe('an answer that does not count ends with 3 and one line that says who and when', () => {
  it('if there is another answer', async () => {
    const { location } = await servedWaiting()
    await approve(location, [RUN, '--reject'])
    const { code, stdout, stderr } = await approve(location, [RUN, '--yes', '--json'])
    expect(code).toBe(3)
    expect(errorLine({ stderr })).toEqual(lineWith(localPerson().arn, NOW.toISOString()))
    expect(JSON.parse(stdout)).toMatchObject({ decision: { answer: 'reject' } })
  })

  it('where the time is up', async () => {
    const { location, store, sha256 } = await servedWaiting()
    await put(store, documents.decision(RUN), expired(RUN, sha256, NOW))
    const { code, stderr } = await approve(location, [RUN, '--yes'])
    expect(code).toBe(3)
    expect(stderr).toEqual(lineWith(NOW.toISOString()))
  })

  it('where the machine sleeps, or was stopped, and the time is up by the clock', async () => {
    const { location, store } = await servedWaiting({ now: () => new Date(NOW.getTime() + 30 * 24 * 3_600_000) })
    const { code, stderr } = await approve(location, [RUN, '--yes'])
    expect(code).toBe(3)
    expect(stderr).toEqual(lineWith('7 days', NOW.toISOString()))
    expect(await readDecision(store, RUN)).toBeNull()
  })

  it('if the run and its process have ended', async () => {
    const { location, store } = await servedWaiting()
    const record = recordOf({ runId: 'run-2', status: 'expired', endedAt: NOW.toISOString() })
    await put(store, documents.record('run-2'), record)
    expect(await approve(location, ['run-2', '--yes'])).toEqual({
      code: 3,
      stdout: '',
      stderr: lineWith('run-2', '"expired"', NOW.toISOString()),
    })
  })
})

describe('the same answer again', () => {
  it('is noted, asks nothing, and wakes the machine that a crash left asleep', async () => {
    let broken = true
    const woken: string[] = []
    const { location } = await servedWaiting({
      wake: async (token) => {
        if (broken) throw new MachineUnavailable('down')
        woken.push(token)
        return true
      },
    })
    const first = await approve(location, [RUN, '--yes'])
    expect(first.code).toBe(1)
    expect(first.stderr).toEqual(lineWith('approved', localPerson().arn, NOW.toISOString()))
    broken = false
    expect(await approve(location, [RUN])).toMatchObject({
      code: 0,
      stdout: factsIn('Approved', localPerson().arn),
    })
    expect(woken).toEqual([TOKEN, 'an older token'])
  })
})

describe('an answer that is noted and wakes nobody', () => {
  it('says that the run has continued, or was stopped', async () => {
    const { location } = await servedWaiting({ wake: async () => false })
    const { stdout } = await approve(location, [RUN, '--yes', '--json'])
    const { message } = JSON.parse(stdout)
    const said = (await approve(location, [RUN])).stdout.trimEnd().split('\n').at(-1)
    expect(said).toEqual(factsIn('Approved', localPerson().arn, message))
    expect(said).not.toContain('will be deactivated')
  })
})

describe('keysweep approve ends with one line', () => {
  it.each<[string, string[], number, (string | number)[]]>([
    ['for a run that is not there', ['run-9'], 2, ['"run-9"']],
    ['for what is no run id', ['../x'], 2, ['"../x"', 80]],
    ['for a key that is not in the plan', [RUN, '--leave-out', idOf(9)], 2, ['--leave-out', RUN, idOf(9)]],
    ['for a key to leave out that is empty', [RUN, '--leave-out', ''], 2, ['--leave-out', '""']],
    ['for leaving out of a rejection', [RUN, '--reject', '--leave-out', idOf(1)], 2, ['--reject', '--leave-out']],
    ['for an answer without a run', ['--yes'], 2, ['keysweep approve']],
    ['for a reason that is too long', [RUN, '--reason', 'x'.repeat(1001)], 2, ['--reason', 1000, 1001]],
    ['for two places to ask', [RUN, '--api', 'https://x.example'], 2, ['--api', '--store']],
  ])('%s', async (_, args, exitCode, facts) => {
    const { location, store } = await servedWaiting()
    const { code, stdout, stderr } = await approve(location, args)
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
    expect(stderr).toEqual(lineWith(...facts))
    expect(await readDecision(store, RUN)).toBeNull()
  })

  it('for a run that was killed while it waited', async () => {
    const { location, store, secret } = await servedWaiting()
    await noteOpenRun(join(location, 'open'), { runId: RUN, url: DEAD_ADDRESS, secret })
    const { code, stderr } = await approve(location, [RUN, '--yes'])
    expect(code).toBe(1)
    expect(stderr).toEqual(lineWith(RUN, 'keysweep approve'))
    expect(await readDecision(store, RUN)).toBeNull()
  })

  it.each([
    ['that was changed on its way', (text: string) => text.replace(idOf(1), idOf(9))],
    ['of another run', (text: string) => text.replace(RUN, 'run-2')],
  ])('for a plan %s', async (_, change) => {
    const { location, store, sha256 } = await servedWaiting()
    const text = change((await store.get(runKey(RUN, 'plan.json'))) ?? '')
    const shown = { runId: RUN, approvalDays: 7, plan: { sha256, text }, decision: null, status: null }
    await noteSomebodyElse(location, RUN, (path) => (path === '/runs' ? { runs: [] } : shown))
    const { code, stdout, stderr } = await approve(location, [RUN, '--yes'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith('sha256', sha256, planHash(text)))
  })

  it('for an answer that is not one of the API', async () => {
    const { location } = await servedWaiting()
    await noteSomebodyElse(location, RUN, () => ({ runs: [] }))
    const { code, stderr } = await approve(location, [RUN, '--yes'])
    expect(code).toBe(1)
    const { url } = JSON.parse(readFileSync(join(location, 'open', `${RUN}.json`), 'utf8'))
    expect(stderr).toEqual(lineWith(url, 200, '{"runs":[]}'))
  })
})

describe('the note by which a run is found', () => {
  it('is for its own user alone', async () => {
    const { location } = await servedWaiting()
    const open = join(location, 'open')
    expect(statSync(open).mode & 0o777).toBe(0o700)
    expect(readdirSync(open).map((name) => statSync(join(open, name)).mode & 0o777)).toEqual([0o600])
  })

  it.each([
    ['another machine', { url: 'http://10.0.0.1:80' }],
    ['a name', { url: 'http://localhost:80' }],
    ['another user of the address', { url: 'http://127.0.0.1:80@evil.example' }],
    ['no run id', { runId: '../../x' }],
    ['no secret', { secret: '' }],
  ])('that names %s is not followed', async (_, fields) => {
    const { location, secret } = await servedWaiting()
    const note = { runId: RUN, url: 'http://127.0.0.1:9', secret, ...fields }
    writeFileSync(join(location, 'open', `${RUN}.json`), JSON.stringify(note))
    expect(await approve(location, [])).toEqual(NO_RUN)
  })
})
