// Two organization runs that are started with the same id at the same time.
import { afterEach, expect, it } from '@jest/globals'
import { followOrganization } from '../../local/follow-organization.ts'
import { newDirectory } from '../cli/command.ts'
import { ALL, busyKeyOf, openOrganization, runOptions } from '../faults/organization-world.ts'
import { factsIn } from '../support/error-facts.ts'
import { reportMade } from '../support/report-made.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

it.each([0, 5])(
  'the later one, by %i ms, is not started, and takes no record of the other for its own',
  async (later) => {
    const { endpoint } = await openOrganization()
    closings.push(() => endpoint.stop())
    for (const account of ALL) await reportMade(endpoint.url, busyKeyOf(account))
    const options = await runOptions(endpoint, newDirectory())
    const first = followOrganization(options)
    await new Promise((resolve) => setTimeout(resolve, later))
    const ends = await Promise.allSettled([first, followOrganization(options)])
    const [ended] = ends.filter(({ status }) => status === 'fulfilled')
    const [refused] = ends.filter(({ status }) => status === 'rejected')
    expect(ended).toMatchObject({ value: { record: { status: 'changed', counts: { deactivated: ALL.length } } } })
    expect(refused).toMatchObject({ reason: { name: 'NoRecord', message: factsIn('not started', 'org-1') } })
  },
)
