// Every call that a function makes of the run store is one that its role allows.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { BUCKET, policyOf } from './resolved.ts'
import { ONCE } from './run-store-objects.ts'
import { verdictOn } from './simulator.ts'
import { functions } from './stack.ts'
import { type StoreCall, storeCallsOfAllFunctions } from './store-calls.ts'

describe('what the functions ask of the run store', () => {
  let calls: StoreCall[]
  let ends: Record<string, string>
  beforeAll(async () => {
    ;({ calls, ends } = await storeCallsOfAllFunctions())
  })

  it('is seen in runs that come to every function', () => {
    // Every run that tries to change the key of one user fails.
    const failed = { 'run-1': 'FAILED', 'run-3': 'FAILED', 'org-1': 'FAILED', 'run-4': 'FAILED' }
    const others = { 'run-0': 'SUCCEEDED', 'run-2': 'SUCCEEDED', 'org-2': 'SUCCEEDED', 'org-3': 'SUCCEEDED' }
    expect(ends).toEqual({ ...failed, ...others })
    expect([...new Set(calls.map(({ by }) => by))].toSorted()).toEqual(Object.keys(functions).toSorted())
  })

  it('is allowed by their roles', async () => {
    const refused: string[] = []
    for (const { by, action, key } of calls) {
      const [who, resource] = [`${by}Role`, [BUCKET, key].filter(Boolean).join('/')]
      const context = action === 's3:PutObject' ? ONCE : {}
      const verdict = await verdictOn({ who, policy: policyOf(who), action, resource, context })
      if (verdict !== 'Allowed') refused.push(`${by}: ${action} ${key}: ${verdict}`)
    }
    expect(refused).toEqual([])
  })
})
