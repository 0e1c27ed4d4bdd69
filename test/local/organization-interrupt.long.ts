// Ctrl-C and kill -9 in the middle of an organization run: every account keeps what is true of it, and the run can be undone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import { inBackground, inProcess, newDirectory, storeIn } from '../cli/command.ts'
import { IDS, type Name, organizationAws } from '../cli/organization.ts'
import { factsIn } from '../support/error-facts.ts'

const APPLY = [
  'run',
  '--organization',
  '--apply',
  '--yes',
  '--run-id',
  'org',
  '--settings',
  'own.yml',
  '--concurrency',
  '1',
]
const SETTINGS = 'organization: { maxPercent: 100 }\n'

/** The update of the second key of the shop takes so long; all others are done at once. */
async function slowShop(milliseconds: number, names: Name[] = ['hub', 'shop', 'blog']) {
  const aws = await organizationAws(names)
  aws.endpoint.fault({ action: 'UpdateAccessKey', account: IDS.shop, nth: 2, kind: 'slow', milliseconds })
  const cwd = newDirectory()
  writeFileSync(join(cwd, 'own.yml'), SETTINGS)
  const run = inBackground(APPLY, { env: aws.env, cwd })
  const store = storeIn(cwd, IDS.hub)
  const recordOf = (name: string) => JSON.parse(readFileSync(join(store, name, 'record.json'), 'utf8'))
  return { ...aws, cwd, run, store, recordOf }
}

/** The blog is done, and the first key of the shop. */
const BLOG_DONE = new RegExp(`${IDS.blog} blog: deactivated`)

/** Waits until the endpoint has got the update that it answers late. */
async function slowUpdate({ writes }: Pick<Awaited<ReturnType<typeof slowShop>>, 'writes'>): Promise<void> {
  while (writes().length < 3) await new Promise((resolve) => setTimeout(resolve, 20))
}

const statuses = ({ organization }: Awaited<ReturnType<typeof slowShop>>) =>
  organization.accounts.flatMap(({ account }) => account.users.flatMap(({ keys }) => keys.map(({ status }) => status)))

describe('an organization run that is stopped', () => {
  it.each<[string, Name[]]>([
    ['one thread', ['hub', 'shop', 'blog']],
    ['two threads', ['management', 'hub', 'shop', 'blog', 'quiet']],
  ])('by Ctrl-C finishes what is in flight in %s, and writes every record', async (_, names) => {
    const world = await slowShop(1500, names)
    const { run, recordOf, writes } = world
    await run.says(BLOG_DONE)
    run.kill('SIGINT')
    const { code, stdout, stderr } = await run.ended
    expect({ code, stderr }).toEqual({ code: 130, stderr: factsIn('Stopping', 'undo org') })
    const record: OrganizationRecord = recordOf('orgs/org')
    expect(record).toMatchObject({ status: 'interrupted', error: { name: 'Interrupted' } })
    expect(stdout).toEqual(factsIn('Interrupted', IDS.shop, IDS.blog))
    const { status, counts } = recordOf(`runs/org-change-${IDS.shop}`)
    expect(status).toBe('interrupted')
    const blog = record.accounts.find(({ account }) => account === IDS.blog)
    expect(blog?.deactivated).toBe(record.counts.deactivated - counts.deactivated)
    expect(statuses(world).filter((status) => status === 'Inactive')).toHaveLength(record.counts.deactivated)
    expect(writes()).toHaveLength(record.counts.deactivated)
  })

  it('by keysweep stop ends in the same way, and stop says what it changed and how to undo it', async () => {
    const { run, cwd, env, recordOf } = await slowShop(1500)
    await run.says(BLOG_DONE)
    const stopped = await inProcess(['stop', '--yes'], env, { cwd })
    const { deactivated } = recordOf('orgs/org').counts
    expect(stopped).toMatchObject({
      code: 0,
      stdout: factsIn('org', IDS.shop, `${deactivated} keys`),
      stderr: factsIn('undo org'),
    })
    expect((await run.ended).code).toBe(130)
  })

  it('by a second Ctrl-C ends at once, and what it did is rebuilt and undone', async () => {
    const world = await slowShop(20_000)
    const { run, cwd, store, env, writes } = world
    await run.says(BLOG_DONE)
    await slowUpdate(world)
    run.kill('SIGINT')
    await run.says(/^Stopping: /m)
    // A signal that npm repeats comes at once; a person's second one does not.
    await new Promise((resolve) => setTimeout(resolve, 700))
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
    expect(existsSync(join(store, 'orgs/org/record.json'))).toBe(false)
    const { stdout } = await inProcess(['show', 'org', '--json'], env, { cwd })
    const record: OrganizationRecord = JSON.parse(stdout)
    // Of the update that was in flight nobody knows. Here it was carried out.
    expect(record.counts).toMatchObject({ deactivated: 2, failed: 1 })
    expect(writes()).toHaveLength(3)
  })

  it('by kill -9 leaves what show rebuilds, and undo reactivates', async () => {
    const world = await slowShop(20_000)
    const { run, cwd, env } = world
    await run.says(BLOG_DONE)
    await slowUpdate(world)
    run.kill('SIGKILL')
    await run.ended
    const shown = await inProcess(['show', 'org'], env, { cwd })
    expect(shown).toMatchObject({ code: 0, stderr: factsIn('org', 'interrupted'), stdout: factsIn('2 keys', IDS.shop) })
    expect(statuses(world).filter((status) => status === 'Inactive')).toHaveLength(3)
    const undone = await inProcess(['undo', 'org'], env, { cwd })
    expect(undone).toMatchObject({ code: 0, stdout: factsIn('3 keys', 'reactivated') })
    expect(statuses(world).filter((status) => status === 'Inactive')).toEqual([])
  })
})
