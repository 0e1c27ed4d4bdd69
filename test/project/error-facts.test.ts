// What the helper for errors' facts finds, and what it must not take for a fact.
import { describe, expect, it } from '@jest/globals'
import { PlanRefused } from '../../core/model/errors.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'

describe('facts in a text', () => {
  it.each<[string, (string | number)[]]>([
    ['in any order', ['5 %', 'run-1']],
    ['numbers', [5]],
    ['signs', ['(s3://b/p)']],
    ['on another line', ['second']],
  ])('are found: %s', (_, facts) => {
    expect('run-1 of (s3://b/p) takes 5 %\nsecond').toEqual(factsIn(...facts))
  })
  it.each<[string, string | number]>([
    ['a part of a word', 'seco'],
    ['the beginning of an id', 'run'],
    ['the end of an id', 1],
    ['a sign that stands for any other', 'run.1'],
    ['what is not there', 'run-2'],
  ])('are not: %s', (_, fact) => {
    expect('run-1 of (s3://b/p) takes 5 %\nsecond').not.toEqual(factsIn('takes', fact))
  })
})

describe('an error with facts', () => {
  const thrown = new PlanRefused('The plan of run-1 has 3 keys')
  it('has the name and the facts', async () => {
    expect(thrown).toEqual(errorWith('PlanRefused', 'run-1', 3))
    await expect(Promise.reject(thrown)).rejects.toThrow(errorWith('PlanRefused', 3, 'run-1'))
  })
  it.each<[string, [string, ...(string | number)[]]]>([
    ['another name', ['StoreDamaged', 'run-1']],
    ['another fact', ['PlanRefused', 'run-1', 4]],
  ])('does not have %s', (_, [name, ...facts]) => {
    expect(thrown).not.toEqual(errorWith(name, ...facts))
  })
})
