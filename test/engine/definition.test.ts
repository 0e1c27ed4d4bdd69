import { describe, expect, it } from '@jest/globals'
import { startExecution } from '../../engine/step-functions.ts'
import { factsIn } from '../support/error-facts.ts'
import { answered, machineOf, mapOf, outputOf, start, task } from './machines.ts'

const refusal = (name: string, more: Record<string, unknown>) => expect.objectContaining({ name, ...more })

describe('A definition that does not hang together', () => {
  const dangling: [string, Record<string, Record<string, unknown>>][] = [
    ['Next', { A: { Type: 'Pass', Next: 'Nowhere' } }],
    ['a catcher', { A: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nowhere' }] }) }],
    ['a Choice', { A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'Nowhere' }] } }],
    [
      'a Default',
      { A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'A' }], Default: 'Nowhere' } },
    ],
    ['a way out of a Map', { A: mapOf('f', {}, task('f', { Next: 'Nowhere' })), After: { Type: 'Succeed' } }],
  ]
  it.each(dangling)('is refused: %s to a state that is not there', (_, states) => {
    expect(() => start(states)).toThrow(refusal('DefinitionRefused', { message: factsIn('"Nowhere"') }))
  })

  it('is refused: a StartAt that is not there', () => {
    const definition = { ...machineOf({ A: { Type: 'Succeed' } }), StartAt: 'Nowhere' }
    expect(() => start({}, { definition })).toThrow(refusal('DefinitionRefused', {}))
  })

  it('is refused: a state inside a Map with the name of one outside', () => {
    const states = { Item: mapOf('f') }
    expect(() => start(states)).toThrow(refusal('DefinitionRefused', { message: factsIn('"Item"') }))
  })
})

describe('Substitution', () => {
  const states = { A: { Type: 'Pass', Parameters: { list: ['${One}', 'x-${One}-${Two}'] }, End: true } }

  it('fills placeholders in in every string, whatever their values hold', async () => {
    const substitutions = { One: 'a"b\\c', Two: '$1$&' }
    expect(await outputOf(states, { substitutions })).toEqual({ list: ['a"b\\c', 'x-a"b\\c-$1$&'] })
  })

  it('fills in the partition of a Resource', async () => {
    const inPartition = {
      A: task('f', { Resource: 'arn:${Partition}:states:::lambda:invoke', ...answered }),
    }
    const functions = { f: async () => 'called' }
    expect(await outputOf(inPartition, { functions, substitutions: { Partition: 'aws-us-gov' } })).toEqual({
      answer: 'called',
    })
  })

  it.each([['Two'], ['toString'], ['__proto__']])('refuses a placeholder without a value by name: %s', (name) => {
    const definition = machineOf({ A: { Type: 'Pass', Parameters: { x: `\${${name}}` }, End: true } })
    expect(() => start({}, { definition, substitutions: { One: '1' } })).toThrow(
      refusal('DefinitionRefused', {
        message: factsIn(`\${${name}}`, 'One'),
      }),
    )
  })

  it('is of each execution its own: a value of another, or an output that its reader changes, shows in no later one', async () => {
    const listed = async (One: string) => {
      const output = await outputOf(states, { substitutions: { One, Two: '2' } })
      return output as { list: string[] }
    }
    const first = await listed('1')
    first.list.push('changed')
    expect(await listed('1')).toEqual({ list: ['1', 'x-1-2'] })
    expect(await listed('3')).toEqual({ list: ['3', 'x-3-2'] })
    expect(await listed('1')).toEqual({ list: ['1', 'x-1-2'] })
  })

  it('leaves the definition it was given as it was', async () => {
    const definition = machineOf(states)
    const before = JSON.stringify(definition)
    const options = { definition, substitutions: { One: '1', Two: '2' }, functions: {}, name: 'r', input: {} }
    await startExecution(options).result
    expect(JSON.stringify(definition)).toBe(before)
  })
})
