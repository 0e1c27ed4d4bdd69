// An organization run that only surveys, on one machine. It writes nothing, so it keeps no run out. Still it is seen and stopped.
import { afterEach, expect, it } from '@jest/globals'
import { openHere } from '../../cli/follow/open-here.ts'
import { stopOpen } from '../../cli/follow/stop-here.ts'
import { type FollowOrganizationOptions, followOrganization } from '../../local/follow-organization.ts'
import { makeOrganizationPorts } from '../../local/organization-ports.ts'
import { lifeOf, organizationLifeOf } from '../../views/run-life.ts'
import { newDirectory } from '../cli/command.ts'
import { ALL, busyKeyOf, openOrganization, runOptions } from '../faults/organization-world.ts'
import { reportMade } from '../support/report-made.ts'

const quiet = () => ({ stdout: { write: () => {} }, stderr: { write: () => {} }, env: {} })

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

/** A survey that has begun, and waits for its accounts until `goOn` is called. */
async function openSurvey(options: FollowOrganizationOptions, runId: string) {
  const [began, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const ports = makeOrganizationPorts({ ...options, runId })
  const print = (line: string) => {
    if (line.startsWith('Stopping')) goesOn.resolve()
  }
  const ended = followOrganization({
    ...options,
    settings: { ...options.settings, mode: 'plan' },
    runId,
    organization: {
      ...ports,
      async foundAccounts() {
        began.resolve()
        await goesOn.promise
        return ports.foundAccounts()
      },
    },
    progress: { ...options.progress, print },
  })
  await began.promise
  return { ended, goOn: goesOn.resolve }
}

it('that is open keeps no run out that may write, is shown as running, and is stopped alone', async () => {
  const { endpoint } = await openOrganization()
  closings.push(() => endpoint.stop())
  for (const account of ALL) await reportMade(endpoint.url, busyKeyOf(account))
  const options = await runOptions(endpoint, newDirectory())
  const { store, env } = options
  const survey = await openSurvey(options, 'survey')
  const opened = async () => (await openHere([store], quiet())).open.map(({ runId }) => runId)
  expect(await opened()).toEqual(['survey'])

  const seen: unknown[] = []
  const { record } = await followOrganization({
    ...options,
    progress: { ...options.progress, started: () => void seen.push(opened()) },
  })
  expect(record).toMatchObject({ status: 'changed', counts: { deactivated: ALL.length } })
  expect(await seen[0]).toEqual(['org-1', 'survey'])

  expect(await organizationLifeOf(store, 'survey', env)).toBe('running')
  expect(await lifeOf(store, `survey-survey-${ALL[0]}`, env)).toBe('running')
  const { open } = await openHere([store], quiet())
  const { runs, faults } = await stopOpen(open, {}, quiet())
  expect([runs, faults]).toMatchObject([[{ runId: 'survey', state: 'stopped', status: 'interrupted' }], []])
  expect((await survey.ended).record.status).toBe('interrupted')
  expect(await opened()).toEqual([])
})

it('beside another goes on too, and ends', async () => {
  const { endpoint } = await openOrganization()
  closings.push(() => endpoint.stop())
  for (const account of ALL) await reportMade(endpoint.url, busyKeyOf(account))
  const options = await runOptions(endpoint, newDirectory())
  const first = await openSurvey(options, 'first')
  const second = await openSurvey(options, 'second')
  expect(await organizationLifeOf(options.store, 'second', options.env)).toBe('unknown')
  for (const { goOn } of [second, first]) goOn()
  expect((await second.ended).record.status).toBe('planned')
  expect((await first.ended).record.status).toBe('planned')
})
