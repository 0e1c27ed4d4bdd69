// One broken account of many: the others go on as if nothing had happened, the broken one has its one true end, and no key in
// use is deactivated anywhere. organization.long.ts has each fault in each place.
import { describe, expect, it } from '@jest/globals'
import type { Fault } from '../../demo/faults.ts'
import { CASES, expectOneBroken, PLACES } from './organization-cases.ts'
import { ALL, openOrganization, statusesIn } from './organization-world.ts'
import '../io/no-backoff.ts'

type OfAction<F = Fault> = F extends Fault ? Omit<F, 'action'> : never

describe('one account alone ends otherwise: it', () => {
  const tried = CASES.flatMap((one, index) => {
    const place = PLACES[index % PLACES.length]
    return place === undefined ? [] : [{ one, what: one[0], place }]
  })
  it.each(tried)('$what, $place.name of the members', ({ one, place }) => expectOneBroken(one, place.account))
})

it('no account is broken without a fault', async () => {
  const world = await openOrganization()
  const record = await world.run()
  expect(record).toMatchObject({ status: 'changed', counts: { accounts: 4, deactivated: 4 } })
  expect(statusesIn(world, ALL[0])).toEqual({ operator: 'Active', idle: 'Inactive', busy: 'Active' })
})

describe('AWS Organizations', () => {
  it.each<[what: string, of: OfAction]>([
    ['denies', { kind: 'error', error: 'AccessDenied' }],
    ['is not in use', { kind: 'error', error: 'AWSOrganizationsNotInUse' }],
    ['answers with a web page', { kind: 'html' }],
    ['never ends its list', { kind: 'endless pages' }],
  ])('that %s changes no account', async (_, of) => {
    const world = await openOrganization()
    world.endpoint.fault({ action: 'ListAccounts', ...of })
    const record = await world.run()
    expect(record.accounts).toEqual([])
    expect(record.error?.name).toMatch(/^Organization(Denied|Unavailable)$/)
    expect(world.endpoint.writes).toEqual([])
    expect(world.endpoint.calls.map(({ action }) => action)).not.toContain('AssumeRole')
  })
})
