// An organization run that asks: one question for all accounts, answered in another terminal, or in the run's own.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { OrganizationRecord } from '../../../core/model/documents/organization-record.ts'
import { shownOrganizationRecord } from '../../../core/model/printed.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { ASKS, errorLine, inBackgroundHere, inProcess, newDirectory, storeIn } from '../command.ts'
import { IDS, keyOf, organizationAws } from '../organization.ts'

const ASKING = ['run', '--organization', '--apply', '--yes', '--approval', 'always', '--run-id', 'org']

/** A run that waits for an answer. At the end it is answered, whatever has failed. */
async function whileWaiting(test: (world: Awaited<ReturnType<typeof waiting>>) => Promise<void>): Promise<void> {
  const world = await waiting()
  try {
    await test(world)
  } finally {
    await world.approve('org', '--reject')
    await world.run.ended
  }
}

async function waiting() {
  const aws = await organizationAws(['hub', 'shop', 'blog'])
  const cwd = newDirectory()
  writeFileSync(join(cwd, 'keysweep.yml'), 'organization: { maxPercent: 100 }\n')
  const run = inBackgroundHere(ASKING, aws.env, { cwd })
  const said = await run.says(ASKS)
  const approve = (...args: string[]) => inProcess(['approve', ...args], aws.env, { cwd })
  const record = (): OrganizationRecord =>
    JSON.parse(readFileSync(join(storeIn(cwd, IDS.hub), 'orgs/org/record.json'), 'utf8'))
  return { ...aws, cwd, run, said, approve, record }
}

describe('an organization run that waits', () => {
  it('is shown as running, also as JSON', () =>
    whileWaiting(async ({ env, cwd }) => {
      const show = (...args: string[]) => inProcess(['show', 'org', ...args], env, { cwd })
      expect((await show()).stdout).toEqual(factsIn('Running', '3 keys', '2 accounts'))
      const shown = JSON.parse((await show('--json')).stdout)
      expect(shownOrganizationRecord.parse(shown)).toEqual(shown)
      expect(shown).toMatchObject({ runId: 'org', status: 'running', endedAt: null, error: null })
      const list = (...args: string[]) => inProcess(['show', ...args], env, { cwd })
      expect((await list()).stdout).toMatch(/^org +several +apply +– +running$/m)
      expect(JSON.parse((await list('--json')).stdout)).toMatchObject([{ runId: 'org', status: null, counts: null }])
    }))

  it('is not undone: it would change more behind the undo', () =>
    whileWaiting(async ({ env, cwd, writes }) => {
      const undone = await inProcess(['undo', 'org', '--account', IDS.shop], env, { cwd })
      expect(undone.code).toBe(2)
      expect(errorLine(undone)).toEqual(lineWith('org', 'open', 'keysweep stop'))
      expect(writes()).toEqual([])
    }))

  it('keeps no survey out, and every run that may write', () =>
    whileWaiting(async ({ env, cwd, record, writes }) => {
      const run = (...args: string[]) => inProcess(['run', '--organization', ...args], env, { cwd })
      expect(await run('--run-id', 'survey')).toMatchObject({ code: 0, stdout: factsIn(IDS.shop, 'planned') })
      // Without its records, it may be at work beside the run that has the lock.
      const store = storeIn(cwd, IDS.hub)
      for (const record of ['orgs/survey', `runs/survey-survey-${IDS.shop}`]) rmSync(join(store, record, 'record.json'))
      for (const args of [['survey'], ['survey', '--account', IDS.shop]])
        expect((await inProcess(['show', ...args], env, { cwd })).stderr).toEqual(
          factsIn('running', 'or', 'interrupted'),
        )
      // Without its plan, it has not finished the account whose run has no record.
      rmSync(join(store, 'orgs/survey/plan.json'))
      const { stdout } = await inProcess(['show', 'survey'], env, { cwd })
      expect(stdout).toEqual(factsIn('No record', '1 of 4 accounts'))
      expect(stdout).not.toMatch(/\bfailed\b/)
      expect(await run('--run-id', 'late', '--apply', '--yes')).toMatchObject({
        code: 3,
        stdout: factsIn('late', 'org'),
      })
      expect(writes()).toEqual([])
      // The run that waits has none.
      expect(record).toThrow('ENOENT')
    }))

  it('is listed, shown by account, and one account by key; nothing is written before the answer', () =>
    whileWaiting(async ({ run, approve, writes, said, record }) => {
      expect(said).toEqual(factsIn('approve org', IDS.shop))
      expect((await approve()).stdout).toEqual(factsIn('org', '2 accounts', 3))
      expect(JSON.parse((await approve('--json')).stdout)).toMatchObject([{ runId: 'org', hub: IDS.hub, keys: 3 }])
      const shop = await approve('org', '--account', IDS.shop)
      expect(shop).toMatchObject({ code: 0, stdout: factsIn(keyOf('shop', 'bot'), keyOf('shop', 'importer')) })
      expect(shop.stdout).not.toContain(keyOf('blog', 'blog-export'))

      const unconfirmed = await approve('org')
      expect(unconfirmed).toMatchObject({
        code: 2,
        stderr: factsIn('type 3', '--yes'),
        stdout: factsIn(IDS.shop, IDS.blog, '3 keys'),
      })
      for (const [args, fact] of [
        [['org', '--account', IDS.hub], IDS.hub],
        [['org', '--account', IDS.shop, '--yes'], '--account'],
        [['org', '--leave-out', IDS.hub, '--yes'], IDS.hub],
        [['org', '--leave-out', 'bot', '--yes'], 'bot'],
        [['--account', IDS.shop], '--account'],
      ] as const)
        expect(await approve(...args)).toMatchObject({ code: 2, stderr: lineWith(fact) })
      expect(writes()).toEqual([])
      expect(await approve('org', '--reject', '--reason', 'freeze')).toMatchObject({
        code: 0,
        stdout: factsIn('Rejected'),
      })
      expect((await run.ended).code).toBe(3)
      expect(record()).toMatchObject({ status: 'rejected', decision: { reason: 'freeze' } })
      expect(writes()).toEqual([])
      expect(await approve('org', '--yes')).toMatchObject({ code: 3, stderr: lineWith('org', 'rejected') })
    }))

  it('changes what was approved, without the account and the key that were left out', () =>
    whileWaiting(async ({ run, approve, writes, record }) => {
      const leaveOut = ['--leave-out', IDS.blog, '--leave-out', keyOf('shop', 'bot')]
      const answered = await approve('org', '--yes', ...leaveOut)
      expect(answered).toMatchObject({ code: 0, stdout: factsIn('Approved', '1 key', '2 left out', IDS.blog) })
      expect((await run.ended).code).toBe(0)
      expect(writes()).toEqual([[IDS.shop, keyOf('shop', 'importer'), 'Inactive']])
      expect(record()).toMatchObject({
        status: 'changed',
        decision: { leftOut: [keyOf('shop', 'bot')], leftOutAccounts: [IDS.blog] },
      })
      expect(record().accounts.find(({ account }) => account === IDS.blog)?.end).toBe('left out')
    }))

  it('counts a key once that is left out with its account', () =>
    whileWaiting(async ({ run, approve, writes }) => {
      const leaveOut = [IDS.shop, keyOf('shop', 'bot'), keyOf('shop', 'bot')].flatMap((id) => ['--leave-out', id])
      expect(await approve('org', ...leaveOut)).toMatchObject({ code: 2, stderr: factsIn('type 1') })
      const answered = await approve('org', '--yes', ...leaveOut)
      expect(answered).toMatchObject({ code: 0, stdout: factsIn('Approved', '1 key', '2 left out') })
      await run.ended
      expect(writes()).toEqual([[IDS.blog, keyOf('blog', 'blog-export'), 'Inactive']])
    }))

  it('refuses a key that is in no plan with 2, and says how many keys were stale where all are left out', () =>
    whileWaiting(async ({ run, approve, writes, record }) => {
      const unknown = keyOf('quiet', 'night')
      expect(await approve('org', '--yes', '--leave-out', unknown)).toMatchObject({
        code: 2,
        stderr: lineWith(unknown, '--leave-out'),
      })
      const leaveOut = ['--leave-out', IDS.blog, '--leave-out', IDS.shop]
      expect((await approve('org', '--yes', ...leaveOut)).code).toBe(0)
      const { code, stdout } = await run.ended
      expect({ code, stdout }).toEqual({ code: 0, stdout: factsIn('0 of 3 keys', '2 left out') })
      expect(record()).toMatchObject({ status: 'nothing to do', counts: { stale: 3, ends: { 'left out': 2 } } })
      expect(writes()).toEqual([])
    }))

  it('asks on its own terminal for the number of keys', async () => {
    const { env, writes } = await organizationAws(['hub', 'blog'])
    const cwd = newDirectory()
    writeFileSync(join(cwd, 'keysweep.yml'), 'organization: { maxPercent: 100 }\n')
    const ended = await inProcess(ASKING, env, { cwd, isTTY: true, stdin: '1\n' })
    expect(ended).toMatchObject({ code: 0, stderr: factsIn('1 key', IDS.blog) })
    expect(writes()).toEqual([[IDS.blog, keyOf('blog', 'blog-export'), 'Inactive']])
  })
})
