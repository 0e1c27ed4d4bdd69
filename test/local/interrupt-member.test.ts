// The record of a stopped run in a member account, where nobody gets in any more.
import { expect, it } from '@jest/globals'
import { AccountRefused, MemberRoleDenied } from '../../core/model/errors.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { writeInterruptedRecord } from '../../local/interrupt.ts'
import { openMemoryWorld } from '../support/memory-world.ts'
import { outcomeOf, PLANNED_INPUT, planFirstKey } from '../support/planned.ts'
import { RUN } from '../support/waiting.ts'
import { accountOf } from '../support/world.ts'

it.each([
  ['the role is denied', new MemberRoleDenied('no')],
  ['the role is another account’s', new AccountRefused('no')],
])('is written if %s: an update that may have been sent is not confirmed', async (_, error) => {
  const world = openMemoryWorld(accountOf({ a: 200 }))
  const event = await planFirstKey(world, 'a', PLANNED_INPUT)
  const intent = { ...event, action: 'deactivate', at: world.ports.now().toISOString(), attempt: 'a try' }
  await world.ports.store.put(accessKeyKey(event.accessKeyId, RUN, 'intent'), JSON.stringify(intent))
  world.ports.iam.listAccessKeys = () => Promise.reject(error)
  await writeInterruptedRecord(world.ports, RUN, '2026-09-11T11:00:00Z')
  expect(await outcomeOf(world, event)).toMatchObject({
    outcome: 'failed',
    reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'interrupted', when: null } }),
    sent: true,
  })
  expect(world.objects.has(`runs/${RUN}/record.json`)).toBe(true)
})
