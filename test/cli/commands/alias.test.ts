// The account's alias beside its number, for people. A command works without it.
import { describe, expect, it } from '@jest/globals'
import { factsIn } from '../../support/error-facts.ts'
import { type Aws, accountOf, awsWith, inProcess, newDirectory } from '../command.ts'

const ACCOUNT = '111122223333'
const NAMED = `${ACCOUNT} \\(acme-prod\\)`

async function opened(alias: string | null = 'acme-prod') {
  const aws = await awsWith({ ...accountOf({ idle: 200, used: 1 }), alias })
  return { aws, store: newDirectory() }
}

const aliasCalls = ({ endpoint }: Aws) => endpoint.calls.filter(({ action }) => action === 'ListAccountAliases').length

describe('the alias of the account', () => {
  it('is in the head of run and undo, in the record and in show, asked for once by each command', async () => {
    const { aws, store } = await opened()
    const args = ['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'monday', '--store', store]
    const run = await inProcess(args, aws.env)
    expect(run.stderr).toMatch(new RegExp(`^Run monday on account ${NAMED}, as `, 'm'))
    expect(run.stdout).toMatch(new RegExp(`^Run +monday on account ${NAMED}, mode apply$`, 'm'))
    expect(aliasCalls(aws)).toBe(1)
    const shown = await inProcess(['show', 'monday', '--store', store])
    expect(shown.stdout).toMatch(new RegExp(`^Run +monday on account ${NAMED}, mode apply$`, 'm'))
    const json = await inProcess(['show', 'monday', '--json', '--store', store])
    expect(JSON.parse(json.stdout)).toMatchObject({ account: ACCOUNT, accountAlias: 'acme-prod' })
    const undo = await inProcess(['undo', 'monday', '--store', store], aws.env)
    expect(undo.stderr).toMatch(new RegExp(`^Undo \\S+ of run monday on account ${NAMED}, as `))
    expect(aliasCalls(aws)).toBe(2)
  })

  it('is in the question before a change', async () => {
    const { aws, store } = await opened()
    const args = ['run', '--apply', '--max-percent', '100', '--store', store]
    const env = { ...aws.env, TERM: 'dumb' }
    const { code, stderr } = await inProcess(args, env, { isTTY: true, stdin: 'no\n' })
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`^.* ${NAMED}.* yes: `, 'm'))
  })

  it('is not shown where the account has none', async () => {
    const { aws, store } = await opened(null)
    const { code, stderr } = await inProcess(['run', '--json', '--store', store], aws.env)
    expect(code).toBe(0)
    expect(stderr.split('\n')[0]).toEqual(factsIn(`${ACCOUNT}, as`))
  })

  it.each<[string, Parameters<Aws['endpoint']['fault']>[0]]>([
    ['denied', { action: 'ListAccountAliases', kind: 'error', error: 'AccessDenied' }],
    ['throttled', { action: 'ListAccountAliases', kind: 'error', error: 'Throttling' }],
    ['an empty answer', { action: 'ListAccountAliases', kind: 'empty' }],
    ['a web page', { action: 'ListAccountAliases', kind: 'html' }],
    ['the answer to another action', { action: 'ListAccountAliases', kind: 'other action' }],
    ['never answered', { action: 'ListAccountAliases', kind: 'late', milliseconds: 60_000 }],
  ])('is left out if it is %s: the run continues after one call and two seconds at most', async (_, fault) => {
    const { aws, store } = await opened()
    aws.endpoint.fault(fault)
    const began = performance.now()
    const { code, stdout, stderr } = await inProcess(['run', '--json', '--store', store], aws.env)
    expect(code).toBe(0)
    expect(stderr.split('\n')[0]).toEqual(factsIn(`${ACCOUNT}, as`))
    expect(JSON.parse(stdout)).toMatchObject({ accountAlias: null, status: 'planned' })
    expect(aliasCalls(aws)).toBe(1)
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  it('that would forge text on the terminal is no alias', async () => {
    const { aws, store } = await opened('\x1b[31m999988887777')
    const { code, stderr } = await inProcess(['run', '--json', '--store', store], aws.env)
    expect(code).toBe(0)
    expect(stderr.split('\n')[0]).toEqual(factsIn(`${ACCOUNT}, as`))
  })
})
