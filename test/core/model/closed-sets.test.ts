import { expect, it } from '@jest/globals'
import {
  ACTION_EFFECTS,
  ACTIONS,
  DEPLOYED_MODES,
  MODE_STOPS,
  MODE_WRITES,
  MODES,
  OUTCOMES,
  perOutcome,
  RULE_ALWAYS_ASKS,
  RULES,
  VERDICT_ROWS,
} from '../../../core/model/closed-sets.ts'

it('a key is deactivated and reactivated, and is then called so', () => {
  expect(ACTIONS.map((action) => [action, ACTION_EFFECTS[action]])).toEqual([
    ['deactivate', { status: 'Inactive', outcome: 'deactivated' }],
    ['reactivate', { status: 'Active', outcome: 'reactivated' }],
  ])
})

it('only a run that applies writes to IAM', () => {
  expect(MODES.filter((mode) => MODE_WRITES[mode])).toEqual(['apply'])
})

it('only the deployed mode off stops runs, and no run has it', () => {
  expect(DEPLOYED_MODES.filter((mode) => MODE_STOPS[mode])).toEqual(['off'])
  expect(MODES).toEqual(['plan', 'apply'])
})

it('a person always decides on keys that are in use and only old, and on no others', () => {
  expect(RULES.filter((rule) => RULE_ALWAYS_ASKS[rule])).toEqual(['rotation'])
})

it('the rules are rows of the verdict table, unused before rotation', () => {
  expect(VERDICT_ROWS.filter((row) => RULES.some((rule) => rule === row))).toEqual([...RULES])
})

it('there is one value for each outcome, in their order', () => {
  expect(Object.entries(perOutcome((outcome) => outcome.length))).toEqual(
    OUTCOMES.map((outcome) => [outcome, outcome.length]),
  )
})
