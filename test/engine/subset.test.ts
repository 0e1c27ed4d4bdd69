// The engine carries out what our definitions use, and nothing else: a field that nobody uses is never tried for real.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { stateSchemas } from '../../engine/asl.ts'
import { choice } from '../../engine/asl-choice.ts'
import { allStates, type Machine, type State } from '../statemachine/dataflow.ts'

const definitions = globSync('statemachine/*.asl.json').map((file) => JSON.parse(readFileSync(file, 'utf8')) as Machine)
const states = definitions.flatMap(allStates).map(([, state]) => state)

/** Any state that goes on may also be the last. */
const unused = (fields: object, used: object[]): string[] =>
  Object.keys(fields).filter((field) => field !== 'End' && !used.some((value) => field in value))

const ofType = (type: string): State[] => states.filter(({ Type }) => Type === type)

describe('The engine carries out no field that the definitions do not use', () => {
  it.each(Object.keys(stateSchemas))('of a %s', (type) => {
    const { shape } = stateSchemas[type as keyof typeof stateSchemas]
    expect(unused(shape, ofType(type))).toEqual([])
  })

  it('of the rules of a Choice', () => {
    const { shape } = choice.shape.Choices.element
    // The one comparison that may look at a path to nothing.
    const used = ofType('Choice').flatMap(({ Choices = [] }) => Choices)
    expect(unused(shape, used)).toEqual(['IsPresent'])
  })
})
