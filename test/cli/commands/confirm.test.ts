// A command that changes keys names the account and asks once, so that a wrong profile shows itself.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { accessKeyId } from '../../../demo/account.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { type Aws, accountOf, awsWith, inProcess, newDirectory } from '../command.ts'

const APPLY = ['run', '--apply', '--run-id', 'monday', '--max-percent', '100']
const ACCOUNT = '111122223333'
/** What is asked, as the end of what stderr says. */
const QUESTION = new RegExp(`^.* ${ACCOUNT}\\b.* yes: `, 'm')

async function opened() {
  const aws = await awsWith(accountOf({ idle: 200, used: 1 }))
  return { aws, store: join(newDirectory(), 'store') }
}

const onTerminal = ({ env }: Aws, args: string[], typed: string) =>
  inProcess(args, { ...env, TERM: 'dumb' }, { isTTY: true, stdin: typed })

describe('run --apply', () => {
  it('on a terminal names the account and continues after yes', async () => {
    const { aws, store } = await opened()
    const { code, stderr } = await onTerminal(aws, [...APPLY, '--store', store], 'yes\n')
    expect(code).toBe(0)
    expect(stderr.match(new RegExp(QUESTION, 'gm'))).toHaveLength(1)
    expect(aws.endpoint.writes).toMatchObject([{ user: 'idle', to: 'Inactive' }])
  })

  it.each(['y\n', 'no\n', '\n', 'yes!\n', ''])(
    'on a terminal ends with 3 after %j: nothing is written',
    async (typed) => {
      const { aws, store } = await opened()
      const { code, stdout, stderr } = await onTerminal(aws, [...APPLY, '--json', '--store', store], typed)
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(QUESTION)
      expect(stderr).toEqual(factsIn('--yes', ...(typed === '' ? [] : [JSON.stringify(typed.trim())])))
      expect(aws.endpoint.writes).toEqual([])
      expect(existsSync(store)).toBe(false)
    },
  )

  it('asks nothing with --yes', async () => {
    const { aws, store } = await opened()
    const { code, stderr } = await onTerminal(aws, [...APPLY, '--yes', '--store', store], '')
    expect(code).toBe(0)
    expect(stderr).not.toMatch(QUESTION)
  })

  it('without a terminal ends with 2 unless --yes is given, before AWS is called', async () => {
    const { aws, store } = await opened()
    const before = aws.endpoint.calls.length
    const refused = await inProcess([...APPLY, '--store', store], aws.env, { stdin: 'yes\n' })
    expect(refused).toEqual({ code: 2, stdout: '', stderr: lineWith('--yes') })
    expect(aws.endpoint.calls).toHaveLength(before)
    expect(existsSync(store)).toBe(false)
    expect((await inProcess([...APPLY, '--yes', '--store', store], aws.env)).code).toBe(0)
    expect(aws.endpoint.writes).toHaveLength(1)
  })

  it('that only plans is not asked about', async () => {
    const { aws, store } = await opened()
    const { code, stderr } = await onTerminal(aws, ['run', '--store', store], '')
    expect(code).toBe(0)
    expect(stderr).not.toMatch(QUESTION)
  })
})

describe('apply', () => {
  it('of a stored plan asks in the same way', async () => {
    const { aws, store } = await opened()
    const where = ['--store', store, '--max-percent', '100']
    await inProcess(['run', '--run-id', 'planned', ...where], aws.env)
    const apply = ['apply', 'planned', ...where]
    expect(await inProcess(apply, aws.env)).toEqual({ code: 2, stdout: '', stderr: lineWith('--yes') })
    const refused = await onTerminal(aws, apply, 'no\n')
    expect(refused.code).toBe(3)
    expect(QUESTION.exec(refused.stderr)?.[0]).toEqual(factsIn('planned'))
    expect(aws.endpoint.writes).toEqual([])
    expect((await onTerminal(aws, apply, 'yes\n')).code).toBe(0)
    expect(aws.endpoint.writes).toHaveLength(1)
  })
})

describe('undo', () => {
  const UNDO = ['undo', 'monday']

  it('on a terminal names the account and the run, and continues after yes only', async () => {
    const { aws, store } = await opened()
    await inProcess([...APPLY, '--yes', '--store', store], aws.env)
    const refused = await onTerminal(aws, [...UNDO, '--store', store], 'no\n')
    expect(refused.code).toBe(3)
    expect(QUESTION.exec(refused.stderr)?.[0]).toEqual(factsIn('run monday'))
    expect(aws.endpoint.writes).toHaveLength(1)
    expect((await onTerminal(aws, [...UNDO, '--store', store], 'yes\n')).code).toBe(0)
    expect(aws.endpoint.writes.map(({ to }) => to)).toEqual(['Inactive', 'Active'])
  })

  it.each([
    ['with --yes', ['--yes'], true],
    ['without a terminal: it is urgent, and its run names the account', [], false],
  ])('asks nothing %s', async (_, options, isTTY) => {
    const { aws, store } = await opened()
    await inProcess([...APPLY, '--yes', '--store', store], aws.env)
    const args = [...UNDO, ...options, '--store', store]
    const { code, stderr } = await inProcess(args, { ...aws.env, TERM: 'dumb' }, { isTTY })
    expect(code).toBe(0)
    expect(stderr).not.toMatch(QUESTION)
  })
})

describe('allowedAccounts', () => {
  const withSettings = (allowed: string) => {
    const cwd = newDirectory()
    writeFileSync(join(cwd, 'keysweep.yml'), `allowedAccounts: ${allowed}\n`)
    return cwd
  }

  it.each([['run'], [...APPLY, '--yes'], ['explain', accessKeyId('idle')]])(
    'refuses another account for %j %s, before anything is asked or written',
    async (...args) => {
      const { aws, store } = await opened()
      const before = aws.endpoint.calls.length
      const refused = await inProcess([...args, '--store', store], aws.env, { cwd: withSettings('["444455556666"]') })
      expect(refused).toEqual({ code: 2, stdout: '', stderr: lineWith(ACCOUNT, 'allowedAccounts', '444455556666') })
      expect(aws.endpoint.calls.slice(before).map(({ action }) => action)).toEqual(['GetCallerIdentity'])
      expect(existsSync(store)).toBe(false)
    },
  )

  it('lets a run on one of them go on, and the policy shows them', async () => {
    const { aws, store } = await opened()
    const cwd = withSettings('["444455556666", 111122223333]')
    const { code, stderr } = await inProcess(['run', '--store', store], aws.env, { cwd })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^ {2}allowedAccounts +444455556666 +keysweep\.yml$/m)
  })

  it('keeps no undo of a run on its account', async () => {
    const { aws, store } = await opened()
    await inProcess([...APPLY, '--yes', '--store', store], aws.env)
    const cwd = withSettings('["444455556666"]')
    expect((await inProcess(['undo', 'monday', '--store', store], aws.env, { cwd })).code).toBe(0)
  })
})
