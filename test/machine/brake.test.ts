// The brake: mode off is deployed. No run starts, no key is deactivated, and what was taken away can be given back.
import { describe, expect, it } from '@jest/globals'
import type { DeployedMode } from '../../core/model/closed-sets.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { eventOf } from '../support/waiting.ts'
import { type ApprovalRequest, accountOf, openWorld, statusesOf, type World } from '../support/world.ts'

/** Pulls the brake of a world, also under a run. */
function brakeOf({ ports }: World): { mode: DeployedMode } {
  const deployed: { mode: DeployedMode } = { mode: 'apply' }
  ports.deployedMode = () => deployed.mode
  return deployed
}
const ASK = '{ mode: apply, approval: always }'

const approve = ({ decide, message: { runId, plan } }: ApprovalRequest) =>
  decide(
    eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body: JSON.stringify({ plan, answer: 'approve' }) }),
  )

describe('under the brake', () => {
  it('a run ends by name without an error, has a record, and asked IAM for no report', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings: '{ mode: off, approval: always }' })
    const { result, path, record } = await world.run({ input: { mode: 'apply', approval: 'always' } })
    expect(result.status).toBe('SUCCEEDED')
    expect(path).toEqual(['Take input', 'Start run', 'Write record', 'How did it end?', 'Done'])
    expect(record).toMatchObject({
      status: 'switched off',
      mode: 'plan',
      account: '111122223333',
      keys: [],
      plan: null,
    })
    expect(record?.error?.name).toBe('SwitchedOff')
    expect(statusesOf(world).idle).toEqual(['Active'])
  })

  it('an approved plan that waited is not carried out', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200, more: 300 }), settings: ASK })
    const deployed = brakeOf(world)
    const { record } = await world.run({
      whenAsked: async (asked) => {
        deployed.mode = 'off'
        await approve(asked)
      },
    })
    expect(record?.decision?.answer).toBe('approve')
    expect(record?.keys.map(({ outcome, outcomeReason }) => [outcome, outcomeReason])).toEqual([
      ['skipped', outcomeReasonText({ why: 'switched-off' })],
      ['skipped', outcomeReasonText({ why: 'switched-off' })],
    ])
    expect(world.endpoint.writes).toEqual([])
  })

  it('an undo reactivates what a run deactivated', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings: 'mode: apply' })
    await world.run()
    expect(statusesOf(world).idle).toEqual(['Inactive'])
    const settings = world.ports.settings()
    Object.assign(world.ports, { settings: () => ({ ...settings, mode: 'off' }) })
    brakeOf(world).mode = 'off'
    const { record } = await world.run({ runId: 'run-2', input: { undo: { run: 'run-1' } } })
    expect(record?.status).toBe('reactivated')
    expect(statusesOf(world).idle).toEqual(['Active'])
  })
})
