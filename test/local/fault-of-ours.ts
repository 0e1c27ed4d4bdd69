// A fault of ours in the middle of a run, for tests of what happens after it.
import { readdirSync } from 'node:fs'
import { expect } from '@jest/globals'
import type { Endpoint } from '../../demo/endpoint.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'

/** Throws at the end of the first key. */
export function failAtFirstKey(event: EngineEvent): void {
  if (event.type === 'IterationSucceeded' && event.state === 'Deactivate keys') throw new TypeError('our fault')
}

/**
 * Expects that the run rejects with that fault, and that its functions write nothing to its run store after that.
 * @param store the folder of its run store
 */
export async function expectAtRest(run: Promise<unknown>, store: string, endpoint: Endpoint): Promise<void> {
  await expect(run).rejects.toThrow('our fault')
  const stored = () => readdirSync(store, { recursive: true }).length
  const atEnd = stored()
  expect(endpoint.writes.length).toBeGreaterThan(1)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(stored()).toBe(atEnd)
}
