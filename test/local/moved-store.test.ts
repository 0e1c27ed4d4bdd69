// The folder of the run store is moved away in the middle of an organization run, as when a disk is unmounted. A key is changed
// only with an intent where people look for it: in the folder that was moved.
import { existsSync, renameSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from '@jest/globals'
import type { ActionName } from '../../demo/actions.ts'
import type { Endpoint } from '../../demo/endpoint.ts'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { followOrganization } from '../../local/follow-organization.ts'
import { ALL, openOrganization, runOptions, staleKeyOf, statusesIn } from '../faults/organization-world.ts'
import { factsIn } from '../support/error-facts.ts'

const started: Endpoint[] = []
afterEach(async () => {
  for (const endpoint of started.splice(0)) await endpoint.stop()
})

it.each<[ActionName, number]>([
  ['GetUser', 1],
  ['UpdateAccessKey', 1],
])('before call of %s number %i: every key that was changed has its intent there', async (action, nth) => {
  const { endpoint, organization } = await openOrganization()
  started.push(endpoint)
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-moved-'))
  const [at, moved] = [join(folder, 'store'), join(folder, 'moved')]
  endpoint.on(action, nth, () => renameSync(at, moved))
  const options = { ...(await runOptions(endpoint, folder)), delay: () => 0 }
  const ended = await followOrganization(options).catch((error: unknown) => error)
  const changed = ALL.filter((account) => statusesIn({ organization }, account).idle === 'Inactive')
  const intent = (account: string) => accessKeyKey(staleKeyOf(account), `org-1-change-${account}`, 'intent')
  expect(changed.filter((account) => !existsSync(join(moved, intent(account))))).toEqual([])
  expect(existsSync(at)).toBe(false)
  expect(ended).toMatchObject({ name: 'NoRecord', message: factsIn('org-1', at) })
})
