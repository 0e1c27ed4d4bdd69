// The tables of fields, each rule tried on every field there is, so that a later one is held to it as well.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { add, type Direction, larger, largerOrOff, namesOf, smaller } from '../../../core/model/directions.ts'
import { InputRefused } from '../../../core/model/errors.ts'
import { joinInput } from '../../../core/model/execution-input.ts'
import { DEFAULT_POLICY, policyInForce, storedPolicy, storedSchemasOf } from '../../../core/model/policy.ts'
import {
  ALWAYS_EXEMPT_USERS,
  type Field,
  POLICY_FIELDS,
  type Policy,
  type PolicyField,
  type PolicyFieldName,
  policyFields,
} from '../../../core/model/policy-fields.ts'
import { parseSettings } from '../../../core/model/settings.ts'
import { type SettingsBesidePolicy, settingsFields } from '../../../core/model/settings-fields.ts'
import { errorWith, expectOwnSentences, factsIn } from '../../support/error-facts.ts'
import { valuesOf } from '../../support/field-values.ts'

const POLICY_NAMES = namesOf(policyFields)

/** What each direction takes, in words of this test: [direction, whether `asked` is at least as strict as `was`]. */
const TAKES: [object, (was: never, asked: never) => boolean][] = [
  [smaller, (was: number, asked: number) => asked <= was],
  [larger, (was: number, asked: number) => asked >= was],
  [largerOrOff, (was: number | null, asked: number | null) => asked === null || (was !== null && asked >= was)],
  [add, () => true],
]

function takes<T>(direction: Direction<T>, was: T, asked: T): boolean {
  if (/^anything: .{20,}/.test(direction.says)) return true
  const [, rule] = TAKES.find(([one]) => one === direction) ?? []
  if (rule === undefined) throw new Error(`say above what the direction "${direction.says}" takes`)
  return (rule as (was: T, asked: T) => boolean)(was, asked)
}

function policyValues<F extends PolicyFieldName>(name: F): Policy[F][] {
  const field: PolicyField<Policy[F]> = policyFields[name]
  return valuesOf(name, field)
}

/** Every pair of values: deployed, and asked for. */
const pairsOf = <T>(values: T[]): [T, T][] => values.flatMap((was) => values.map((asked): [T, T] => [was, asked]))

function inputMeets<F extends PolicyFieldName>(name: F, [was, asked]: [Policy[F], Policy[F]]): void {
  const field: PolicyField<Policy[F]> = policyFields[name]
  const deployed = parseSettings(JSON.stringify({ policy: { [name]: was } }))
  const join = () => joinInput(deployed, { policy: { [name]: asked } })
  // A direction of its own: an input may exempt the users, which also puts their pattern into the list.
  const isSes = name === 'exemptSesUsers'
  if (isSes ? asked === 'yes' || was === 'no' : takes(field.tightens, was, asked)) {
    const expected = Array.isArray(asked) ? expect.arrayContaining([...(was as string[]), ...asked]) : asked
    expect({ was, asked, joined: join().policy }).toEqual({
      was,
      asked,
      joined: { ...deployed.policy, [name]: expected, ...(isSes && { exemptUsers: expect.anything() }) },
    })
  } else {
    expect(join).toThrow(InputRefused)
    expect(join).toThrow(errorWith('InputRefused', name, JSON.stringify(asked), JSON.stringify(was)))
  }
}

describe.each(POLICY_NAMES)('the field %s', (name) => {
  const field = policyFields[name]

  it('is taken from an input where that tightens, alone, and refused where it loosens', () => {
    for (const pair of pairsOf(policyValues(name))) inputMeets(name, pair)
  })

  it('may be said by an input as it is deployed', () => {
    for (const value of policyValues(name)) {
      const deployed = parseSettings(JSON.stringify({ policy: { [name]: value } }))
      expect(joinInput(deployed, { policy: { [name]: value } }).policy).toEqual(deployed.policy)
    }
  })

  it('has a default that keysweep.yml may say, and that holds where it says nothing', () => {
    const said = parseSettings(JSON.stringify({ policy: { [name]: field.default } }))
    expect(said).toEqual(parseSettings(''))
    expect(DEFAULT_POLICY[name]).toEqual(field.default)
  })

  it('has its always in force whatever is said', () => {
    const { always } = field
    if (always === undefined) return
    for (const value of policyValues(name)) {
      const expected = [...always, ...[value].flat()]
      const deployed = parseSettings(JSON.stringify({ policy: { [name]: value } }))
      expect(deployed.policy[name]).toEqual(expected)
      expect(joinInput(deployed, { policy: { [name]: [] } }).policy[name]).toEqual(expected)
    }
  })

  it('is refused in a stored policy where its value is wrong', () => {
    for (const schema of [policyInForce, storedPolicy])
      for (const value of [{}, 'ninety', -1, Number.NaN, [7]])
        expect(schema.safeParse({ ...DEFAULT_POLICY, [name]: value }).success).toBe(false)
  })
})

/** What each help and each comment must say beside its words. */
const SAID: Record<PolicyFieldName, { help: (string | number)[]; comment: (string | number)[] }> = {
  unusedDays: { help: ['days'], comment: [45, 90, 'Security Hub IAM.8'] },
  rotationDays: { help: ['"off"'], comment: ['null'] },
  warnDays: { help: ['days'], comment: ['days'] },
  maxKeys: { help: ['approval'], comment: ['approval'] },
  maxPercent: { help: ['percent', 'approval'], comment: ['percent', 0] },
  concurrency: { help: [1, 40], comment: [1, 40] },
  exemptUsers: { help: ['*'], comment: ['*', 'exemptSesUsers', 'keysweep-exempt'] },
  exemptSesUsers: { help: ALWAYS_EXEMPT_USERS, comment: ALWAYS_EXEMPT_USERS },
  exemptPaths: { help: ['/service/'], comment: ['/service/'] },
}

it.each(POLICY_NAMES)('the help and the comment of %s hold its facts', (name) => {
  const { help, comment } = policyFields[name]
  expect({ help, comment }).toEqual({ help: factsIn(...SAID[name].help), comment: factsIn(...SAID[name].comment) })
})

it('every field has a help and a comment of its own', () => {
  expectOwnSentences(POLICY_NAMES.map((name) => policyFields[name].help))
  // null is a value here, which a comment may name.
  expectOwnSentences(POLICY_NAMES.map((name) => policyFields[name].comment.replace(/(?<= )null/, 'off')))
})

it('every field says which version brought it', () => {
  for (const name of POLICY_NAMES) expect(policyFields[name].since).toMatch(/^\d+\.\d+\.\d+$/)
})

describe('a stored path', () => {
  const paths = POLICY_FIELDS.exemptPaths.schema(z)
  it.each([
    ['/', true],
    ['/a/', true],
    ['/a/b/', true],
    ['', false],
    ['/a', false],
    ['a/', false],
    ['/a/b', false],
    ['x/a/', false],
    [`/${'a'.repeat(510)}/`, true],
    [`/${'a'.repeat(511)}/`, false],
  ])('is %j: %s', (path, taken) => {
    expect(paths.safeParse([path]).success).toBe(taken)
  })
  it('that is refused says where a path has its "/"', () => {
    expect(paths.safeParse(['a']).error?.issues[0]?.message).toEqual(factsIn('"/"'))
  })
})

it('every field has an option of its own', () => {
  const flags = POLICY_NAMES.map((name) => policyFields[name].option.split(' ')[0])
  expect(new Set(flags).size).toBe(POLICY_NAMES.length)
  for (const flag of flags) expect(flag).toMatch(/^--[a-z]+(-[a-z]+)*$/)
})

/** Nothing loosens itself, of two one is stricter, and what is stricter than the stricter is stricter. */
function isOrder<F extends keyof SettingsBesidePolicy>(name: F): void {
  const field: Field<SettingsBesidePolicy[F]> = settingsFields[name]
  const { loosens } = field.tightens
  const values = valuesOf(name, field)
  for (const [a, b] of pairsOf(values)) {
    expect(loosens(a, b) || loosens(b, a)).toBe(a !== b)
    for (const c of values) if (!loosens(a, b) && !loosens(b, c)) expect(loosens(a, c)).toBe(false)
  }
}

it.each(namesOf(settingsFields))('the values of %s have an order from loose to strict', (name) => isOrder(name))

it.each(namesOf(settingsFields))('the default of %s applies if nobody sets a value', (name) => {
  const said = { [name]: settingsFields[name].default }
  expect(parseSettings(JSON.stringify(said))).toEqual(parseSettings(''))
})

describe('a stored policy', () => {
  /** What 0.1.0 stored: a field more in here, and a run of 0.1.0 that waits for an answer cannot go on. */
  const OF_0_1_0 = JSON.parse(
    '{"unusedDays":90,"rotationDays":null,"warnDays":14,"maxKeys":100,"maxPercent":25,"concurrency":10,"exemptUsers":["ses-smtp-user.*"],"exemptPaths":[]}',
  )

  it('of 0.1.0 has every field that says it is of 0.1.0', () => {
    const first = POLICY_NAMES.filter((name) => policyFields[name].since === '0.1.0')
    expect(first.toSorted()).toEqual(Object.keys(OF_0_1_0).toSorted())
  })

  it('of 0.1.0 is read, with the default of every later field', () => {
    const expected = { ...DEFAULT_POLICY, ...OF_0_1_0 }
    expect(policyInForce.parse(OF_0_1_0)).toEqual(expected)
    expect(storedPolicy.parse(OF_0_1_0)).toEqual(expected)
  })

  it.each(Object.keys(OF_0_1_0))('without %s is refused', (name) => {
    const { [name]: _, ...rest } = OF_0_1_0
    expect(policyInForce.safeParse(rest).success).toBe(false)
    expect(storedPolicy.safeParse(rest).success).toBe(false)
  })

  it('with a term of a later version judges no key, and is shown as it is', () => {
    const later = { ...OF_0_1_0, exemptTags: ['x'] }
    expect(policyInForce.safeParse(later).error?.issues[0]?.message).toBe('Unrecognized key: "exemptTags"')
    expect(storedPolicy.parse(later)).toMatchObject(later)
  })

  it('without a later field has its default, and with a wrong value of it is refused', () => {
    const minAgeDays: Field<number> = {
      schema: (z) => z.number().int().min(1),
      default: 30,
      tightens: larger,
      since: '0.2.0',
    }
    const stored = z.strictObject(storedSchemasOf({ minAgeDays }))
    expect(stored.parse({})).toEqual({ minAgeDays: 30 })
    expect(stored.parse({ minAgeDays: 1 })).toEqual({ minAgeDays: 1 })
    for (const wrong of [0, null, '30']) expect(stored.safeParse({ minAgeDays: wrong }).success).toBe(false)
  })
})

describe('the compiler', () => {
  const rest = { schema: () => z.number(), default: 30, since: '0.2.0' } as const
  const option = { option: '--min-age-days <days>', help: 'x', comment: 'X.' } as const

  it('refuses a field without a direction, and a direction that does not fit its value', () => {
    const withDirection: PolicyField<number> = { ...rest, ...option, tightens: larger }
    // @ts-expect-error no direction
    const without: PolicyField<number> = { ...rest, ...option }
    // @ts-expect-error a list's direction
    const ofList: PolicyField<number> = { ...rest, ...option, tightens: add }
    // @ts-expect-error a direction that may turn it off
    const orOff: PolicyField<number> = { ...rest, ...option, tightens: largerOrOff }
    // @ts-expect-error no direction, of a setting beside the policy
    const setting: Field<number> = rest
    expect([withDirection, without, ofList, orOff, setting]).toHaveLength(5)
  })

  it('is asked, for tests are compiled too', () => {
    expect(JSON.parse(readFileSync('tsconfig.json', 'utf8')).include).toContain('test')
  })
})
