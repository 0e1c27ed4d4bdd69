// Distributed Maps and nested executions in two engines, ours and moto's interpreter: what a parent makes of its children.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Engine } from './engine.ts'
import { type MotoEngine, startMotoEngine } from './moto-machine.ts'
import { CASES, FUNCTIONS, invoke, type NestedCase } from './nested-cases.ts'
import { makeOurEngine } from './our-engine.ts'

let moto: MotoEngine
beforeAll(async () => {
  moto = await startMotoEngine()
})
afterAll(() => moto.stop())

/** What the parent hands to F in the end, or how it ends without that. */
async function handedBy(engine: Engine, one: Pick<NestedCase, 'states' | 'child' | 'input'>): Promise<unknown> {
  let handed: unknown
  const F = async (payload: unknown) => {
    handed = payload
    return {}
  }
  const states = { ...one.states, End: invoke() }
  const machine = await engine.open({
    definition: JSON.stringify({ StartAt: 'Start', States: states }),
    functions: { ...FUNCTIONS, F },
    machines: {
      ChildArn: {
        definition: JSON.stringify({ StartAt: 'Inside', States: one.child ?? { Inside: { Type: 'Pass', End: true } } }),
        functions: {},
      },
    },
    now: () => new Date(),
  })
  const { status, error } = await machine.start('run-1', one.input)
  return handed === undefined ? { status, error } : readable(handed)
}

/** The cause of an error in words that fit both: of JSON the fields that matter, of a text nothing. */
function readable(handed: unknown): unknown {
  const { error } = handed as { error?: { Error: string; Cause: string } }
  if (error === undefined) return handed
  return { ...(handed as object), error: { Error: error.Error, Cause: causeOf(error.Cause) } }
}

function causeOf(cause: string): unknown {
  if (!cause.startsWith('{')) return null
  const { Status, Error: name, Cause } = JSON.parse(cause)
  return { Status, Error: name, Cause }
}

it.each(CASES)('$what', async (one) => {
  const [ours, theirs] = await Promise.all([handedBy(makeOurEngine(), one), handedBy(moto, one)])
  expect({ ours, theirs }).toEqual({ ours: one.hands, theirs: one.hands })
})
