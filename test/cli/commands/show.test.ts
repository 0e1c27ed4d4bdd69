import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import { keysCsv } from '../../../cli/render/csv.ts'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { newUser } from '../../../demo/account.ts'
import { runKey } from '../../../io/store/run-store.ts'
import { startLocalRun } from '../../../local/local-run.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { recordedKey } from '../../support/records.ts'
import { accountOf, keyUsed as keyOf, openWorld } from '../../support/world.ts'
import { inProcess, newDirectory } from '../command.ts'

describe('keysweep show', () => {
  let store: string
  let record: RunRecord
  beforeAll(async () => {
    const formula = newUser('=1+1', { keys: [keyOf('=1+1', 200)], tags: { owner: '@team, "A"' } })
    const world = await openWorld({ account: accountOf({ idle: 200, used: 2 }, [formula]) })
    record = (await world.run({ runId: 'monday' })).record as RunRecord
    store = world.directory
  })

  it('lists the runs, with what each came to', async () => {
    const { code, stdout } = await inProcess(['show', '--store', store])
    expect(code).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(lines).toEqual([
      ['Run', 'Account', 'Mode', 'Stale', 'Result'],
      ['monday', '111122223333', 'apply', '2', '2 deactivated'],
    ])
  })

  it('lists the runs as JSON', async () => {
    const { stdout } = await inProcess(['show', '--json', '--store', store])
    expect(JSON.parse(stdout)).toMatchObject([{ runId: 'monday', status: 'deactivated', counts: { deactivated: 2 } }])
  })

  it('says so if there are no runs', async () => {
    const empty = newDirectory()
    expect(await inProcess(['show', '--store', empty])).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^\\p{Lu}[^\\n:]* ${empty}\\.\\n$`, 'u')),
    })
    expect((await inProcess(['show', '--json', '--store', empty])).stdout).toBe('[]\n')
  })

  it('shows a run as it was shown when it ended', async () => {
    const { code, stdout, stderr } = await inProcess(['show', 'monday', '--store', store])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Deactivated: 2 keys, unused for 90 days, longest idle first\n/)
    expect(stdout).toContain('\n2 keys deactivated.\n')
  })

  it('finds the store by KEYSWEEP_STORE', async () => {
    expect((await inProcess(['show', 'monday'], { KEYSWEEP_STORE: store })).stdout).toContain('2 keys deactivated.')
  })

  it('prints the record as JSON, and nothing else', async () => {
    const { stdout } = await inProcess(['show', 'monday', '--json', '--store', store])
    expect(JSON.parse(stdout)).toEqual(record)
  })

  it('counts keys and reasons with --summary, and lists no key', async () => {
    const { code, stdout } = await inProcess(['show', 'monday', '--summary', '--store', store])
    expect(code).toBe(0)
    expect(stdout).not.toContain('AKIA')
    for (const part of ['Deactivated: 2 keys', 'Kept: ', '2 keys deactivated.', 'Run          monday'])
      expect(stdout).toContain(part)
  })

  it('prints the keys as CSV, with an apostrophe before what a spreadsheet would calculate', async () => {
    const { stdout } = await inProcess(['show', 'monday', '--csv', '--store', store])
    const rows = parse(stdout, { columns: true }) as Record<string, string>[]
    expect(rows.map(({ user, owner, verdict, outcome }) => [user, owner, verdict, outcome])).toEqual([
      ["'=1+1", `'@team, "A"`, 'stale', 'deactivated'],
      ['idle', '', 'stale', 'deactivated'],
    ])
  })

  it.each([
    [['tuesday'], ['"tuesday"']],
    [['../monday'], ['"../monday"', 80]],
    [
      ['monday', '--csv', '--json'],
      ['--csv', '--json'],
    ],
    [
      ['monday', '--summary', '--all'],
      ['--summary', '--all'],
    ],
    [
      ['monday', '--csv', '--all'],
      ['--csv', '--all'],
    ],
    [['--csv'], ['--csv', 'keysweep show']],
    [['--summary'], ['--summary', 'keysweep show']],
  ])('ends with 2 and one line for %j', async (args, facts) => {
    const { code, stdout, stderr } = await inProcess(['show', ...args, '--store', store])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toEqual(lineWith(...facts))
  })

  it('says in which store it looked for a run that is not there', async () => {
    expect((await inProcess(['show', 'tuesday', '--store', store])).stderr).toEqual(lineWith('"tuesday"', store))
  })
})

describe('a store with something odd in it', () => {
  async function oddStore(objects: Record<string, string>) {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    await world.run({ runId: 'monday' })
    for (const [path, text] of Object.entries(objects)) {
      mkdirSync(dirname(join(world.directory, path)), { recursive: true })
      writeFileSync(join(world.directory, path), text)
    }
    return world.directory
  }

  it.each([
    ['a file of the system beside the runs', 'runs/.DS_Store'],
    ["a folder whose name is no run's id", 'runs/a copy/plan.json'],
  ])('passes over %s', async (_, path) => {
    const { code, stdout, stderr } = await inProcess(['show', '--store', await oddStore({ [path]: 'x' })])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(/^Run /), expect.stringMatching(/^monday /)])
  })

  it.each([
    ['record.json', '[]', 'record'],
    ['record.json', 'x', '"x"'],
    ['record.json', '{"runId":"odd","status":"deactivated"}', 'record'],
    ['input.json', '[]', 'run input'],
  ])('names a run whose %s is %s, with the reason, and lists the others', async (name, text, reason) => {
    const store = await oddStore({ [`runs/odd/${name}`]: text })
    const { code, stdout, stderr } = await inProcess(['show', '--store', store])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^monday .* deactivated$/m)
    expect(stdout).toMatch(/^odd .* cannot be read$/m)
    expect(stderr).toEqual(lineWith('Run odd', `runs/odd/${name}`, reason))
    const listed = JSON.parse((await inProcess(['show', '--json', '--store', store])).stdout)
    expect(listed).toContainEqual(expect.objectContaining({ runId: 'odd', unreadable: factsIn(reason) }))
  })

  it.each([
    ['record.json', '[]'],
    ['record.json', '{}'],
    ['input.json', '[]'],
  ])('ends with 1 and one line for a run whose %s is %s', async (name, text) => {
    const store = await oddStore({ [`runs/odd/${name}`]: text })
    const { code, stdout, stderr } = await inProcess(['show', 'odd', '--store', store])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^keysweep: (?!unexpected)[^\n]*\n$/)
  })

  it.each(['show', 'approve'])('that is a file gives one line from %s', async (command) => {
    const file = join(await oddStore({ file: 'x' }), 'file')
    const { code, stderr } = await inProcess([command, '--store', file])
    expect(code).toBe(1)
    expect(stderr).toEqual(lineWith(file, 'not a directory'))
    expect(stderr).not.toContain('ENOTDIR')
  })

  it.each([
    ['show'],
    ['approve'],
    ['run'],
    ['undo', 'monday'],
    ['explain', 'AKIAIOSFODNN7EXAMPLE'],
    ['run', '--machine', 'arn:aws:states:eu-west-1:111122223333:stateMachine:k'],
  ])('whose name is empty is refused by %s %s, and not taken for the working directory', async (...args) => {
    const { code, stdout, stderr } = await inProcess([...args, '--store', ''])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toEqual(lineWith('--store', '""', 's3://bucket/prefix'))
  })
})

describe('a run that left no record', () => {
  async function brokenOff() {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300 }) })
    const { record } = await world.run({ runId: 'broken' })
    rmSync(join(world.directory, runKey('broken', 'record.json')))
    return { world, record: record as RunRecord }
  }

  it('is rebuilt from its intents and outcomes, and nothing is written', async () => {
    const { world, record } = await brokenOff()
    const { code, stdout, stderr } = await inProcess(['show', 'broken', '--json', '--store', world.directory])
    expect(code).toBe(0)
    expect(stderr).toEqual(factsIn('broken'))
    expect(JSON.parse(stdout)).toEqual({
      ...record,
      status: 'interrupted',
      endedAt: record.keys[0]?.at,
      error: { name: 'Interrupted', message: expect.any(String) },
    })
    expect(await world.ports.store.get(runKey('broken', 'record.json'))).toBeNull()
  })

  it('says of a key with an intent and no outcome that it has none', async () => {
    const { world, record } = await brokenOff()
    const id = record.keys[0]?.accessKeyId
    rmSync(join(world.directory, `keys/${id}/broken.outcome.json`))
    const { stdout } = await inProcess(['show', 'broken', '--store', world.directory])
    expect(stdout).toMatch(new RegExp(`^ {2}\\w+ +${id} +failed +no outcome$`, 'm'))
    expect(stdout).toContain('\nInterrupted: 1 key deactivated, 1 failed.\n')
  })

  it('is in the list of runs, with what is known of it', async () => {
    const { world } = await brokenOff()
    const { stdout } = await inProcess(['show', '--store', world.directory])
    expect(stdout).toMatch(/^broken +111122223333 +apply +– +no record: interrupted$/m)
  })

  it('can be shown when it had only begun', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }), reportSeconds: Number.POSITIVE_INFINITY })
    const execution = startLocalRun({ ports: world.ports, runId: 'begun', input: {} })
    while ((await world.ports.store.get(runKey('begun', 'input.json'))) === null) await new Promise(setImmediate)
    await execution.stop()
    const { code, stdout } = await inProcess(['show', 'begun', '--store', world.directory])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Interrupted: no key was deactivated\.\nRun +begun on account 111122223333, mode apply\n$/)
  })
})

describe('a cell of the CSV', () => {
  const key = recordedKey()
  const ownerCell = (owner: string): string | undefined =>
    (parse(keysCsv([{ ...key, owner }]), { columns: true }) as Record<string, string>[])[0]?.owner

  it.each([
    ['=HYPERLINK("http://x","y")', `'=HYPERLINK("http://x","y")`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "' =1"],
    ['\r=1', "' =1"],
    ['\x1b[31m=1', "'=1"],
    ['＝1', "'＝1"],
    ['a=1', 'a=1'],
    ['two\nlines', 'two lines'],
    ['comma, "quoted"', 'comma, "quoted"'],
  ])('for %j is %j', (owner, cell) => {
    expect(ownerCell(owner)).toBe(cell)
  })

  it('is one cell also where the semicolon parts them', () => {
    expect(keysCsv([{ ...key, owner: 'a;=1+1' }])).toContain(',"a;=1+1",')
  })
})
