// An auditor recomputes every verdict of a run from what the run stored, without IAM: the facts, the moment, the policy
// and the caller are all there.
import { expect, it } from '@jest/globals'
import { accessKeyId, newKey, newUser, usedAt } from '../../demo/account.ts'
import { madeUpAccount } from '../../demo/made-up-account.ts'
import { CROWD } from '../../demo/made-up-crowd.ts'
import { EXEMPT_PATHS } from '../../demo/made-up-user.ts'
import { installSurprises } from '../../demo/surprises.ts'
import { readSlices } from '../../steps/run-documents.ts'
import { wrongHashes, wrongVerdicts } from '../support/recomputed.ts'
import { eventOf } from '../support/waiting.ts'
import { type ApprovalRequest, AT, accountOf, daysAgo, openWorld, type World } from '../support/world.ts'

const DAY = 24 * 3_600_000

async function approve({ message, decide }: ApprovalRequest): Promise<void> {
  const body = JSON.stringify({ plan: message.plan, answer: 'approve' })
  await decide(eventOf({ method: 'POST', path: `/runs/${message.runId}/decision`, body }))
}

/** A user whose old key the rotation rule takes. */
const ROTATED = 'billing-sync'

/** The made-up account's users, without those who only make it larger. */
const users = madeUpAccount(AT).users.filter(({ name }) => name === ROTATED || !CROWD.some((one) => one.name === name))

/** A user with an old key in use, and a newer one beside it. */
const rotates = newUser('rotates', {
  keys: [400, 10].map((days) =>
    newKey(accessKeyId(`rotates/${days}`), daysAgo(days), { lastUsed: usedAt(daysAgo(1)) }),
  ),
})

/** Their account after a run that deactivated keys, an undo of it, and two runs that saw keys reactivated. */
async function threeRuns(): Promise<World> {
  const policy = { exemptPaths: EXEMPT_PATHS, rotationDays: 300, maxPercent: 100 }
  const world = await openWorld({
    account: accountOf({}, [...users, rotates]),
    settings: JSON.stringify({ mode: 'apply', policy }),
  })
  installSurprises(world.endpoint)
  // One user who cannot be read, and one who is gone.
  for (const [name, error] of [
    ['nightly-etl', 'AccessDenied'],
    ['anna.lindqvist', 'NoSuchEntity'],
  ] as const)
    world.endpoint.fault({
      action: 'ListAccessKeys',
      match: ({ UserName }) => UserName === name,
      nth: 1,
      kind: 'error',
      error,
    })
  await world.run({ runId: 'first', whenAsked: approve })
  await world.run({ runId: 'undo', input: { undo: { run: 'first' } } })
  world.pass(DAY)
  await world.run({ runId: 'second', whenAsked: approve })
  world.pass(100 * DAY)
  await world.run({ runId: 'third', whenAsked: approve })
  return world
}

it('every verdict is made again of the stored documents alone, with its row, its values and its words, and every hash holds', async () => {
  const { store } = (await threeRuns()).ports
  const rows = new Set<string>()
  let reactivated = 0
  for (const runId of ['first', 'second', 'third']) {
    expect(await wrongVerdicts(store, runId)).toEqual([])
    expect(await wrongHashes(store, runId)).toEqual([])
    for (const { users, verdicts } of await readSlices(store, runId)) {
      for (const { row } of verdicts) rows.add(row)
      reactivated += users.flatMap(({ facts }) => facts.keys).filter((key) => key.reactivatedAt !== null).length
    }
  }
  expect(reactivated).toBeGreaterThan(0)
  expect([...rows].sort()).toEqual([
    'changed',
    'exempt',
    'in-use',
    'not-active',
    'own',
    'rotation',
    'unknown',
    'unused',
  ])
})
