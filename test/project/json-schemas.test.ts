// docs/json/ describes what commands print with --json: every field, and no other.
import { globSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { PRINTED, printedFile, printedText } from '../../scripts/json-schemas.ts'
import { type Aws, accountOf, awsWith, inProcess, newDirectory } from '../cli/command.ts'
import { IDS, organizationAws } from '../cli/organization.ts'

const NAMES = Object.keys(PRINTED)

it('every document has its schema and its line in the table, and there is no other', () => {
  expect(globSync('docs/json/*.json').toSorted()).toEqual(NAMES.map(printedFile).toSorted())
  const lines = readFileSync('docs/json/README.md', 'utf8').matchAll(/^\| \[(.+)\]\(\1\.schema\.json\) \| (.+) \|$/gm)
  expect([...lines].map(([, name, commands = '']) => [name, commands.replaceAll('`', '')])).toEqual(
    NAMES.map((name) => [name, PRINTED[name]?.of]),
  )
})

it.each(NAMES)('the schema of %s is the one that the code uses: if not, `npm run schemas` writes it again', (name) => {
  expect(readFileSync(printedFile(name), 'utf8')).toBe(printedText(name))
})

describe('after a run', () => {
  const cwd = newDirectory()
  let env: Aws['env']
  beforeAll(async () => {
    ;({ env } = await awsWith(accountOf({ idle: 200 })))
    await inProcess(['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'done'], env, { cwd })
  })

  it.each([
    ['record', ['show', 'done']],
    ['run-list', ['show']],
    ['key-history', ['show', 'idle']],
    ['waiting-runs', ['approve']],
    ['validated', ['validate', '--settings', `${process.cwd()}/keysweep.yml`]],
  ])('%s has every field that keysweep %j prints', async (name, args) => {
    const { stdout } = await inProcess([...args, '--json'], env, { cwd })
    const printed = JSON.parse(stdout)
    // A schema drops the fields that it does not have.
    expect(PRINTED[name]?.schema.parse(printed)).toEqual(printed)
  })
})

it('explained has every field that keysweep explain prints', async () => {
  const { env } = await awsWith(accountOf({ idle: 200 }))
  const printed = JSON.parse((await inProcess(['explain', 'idle', '--json'], env)).stdout)
  expect(PRINTED.explained?.schema.parse(printed)).toEqual(printed)
})

it('organization-record has every field that keysweep run --organization prints', async () => {
  const { env } = await organizationAws(['hub', 'shop', 'bought'])
  const { stdout, stderr } = await inProcess(['run', '--organization', '--json'], env)
  const printed = JSON.parse(stdout)
  // What a denied role means is decided later.
  expect(stderr).toMatch(new RegExp(`^ +${IDS.bought}.*: no access \\(MemberRoleDenied\\)$`, 'm'))
  expect(printed.accounts.map(({ end }: { end: string }) => end)).toContain('unreachable')
  expect(PRINTED['organization-record']?.schema.parse(printed)).toEqual(printed)
})
