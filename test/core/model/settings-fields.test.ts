// The settings beside the policy, and what an input alone may say: each field by its own schema.
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { namesOf } from '../../../core/model/directions.ts'
import { formatZodIssues } from '../../../core/model/format-zod-issues.ts'
import { ACCESS_KEY_ID_IN_WORDS, STORED_RUN_ID_IN_WORDS } from '../../../core/model/ids.ts'
import { storedSchemasOf } from '../../../core/model/policy.ts'
import {
  INPUT_FIELDS,
  MAX_APPROVAL_DAYS,
  SETTINGS_FIELDS,
  type SettingsFieldName,
  settingsFields,
} from '../../../core/model/settings-fields.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success

function faultOf(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value, { reportInput: true })
  if (error === undefined) throw new Error(`expected ${JSON.stringify(value)} to be refused`)
  return formatZodIssues(error)
}

describe('a setting', () => {
  it.each<[SettingsFieldName, unknown, boolean]>([
    ['mode', 'plan', true],
    ['mode', 'apply', true],
    ['mode', '', false],
    ['approval', 'over-cap', true],
    ['approval', 'always', true],
    ['approval', 'never', true],
    ['approval', 'sometimes', false],
    ['approvalDays', 0, false],
    ['approvalDays', 1, true],
    ['approvalDays', 1.5, false],
    ['approvalDays', MAX_APPROVAL_DAYS, true],
    ['approvalDays', MAX_APPROVAL_DAYS + 1, false],
    ['allowedAccounts', null, true],
    ['allowedAccounts', [], false],
    ['allowedAccounts', ['111122223333'], true],
    ['allowedAccounts', [111122223333], true],
    ['allowedAccounts', ['11112222333'], false],
    ['allowedAccounts', ['1111222233334'], false],
    ['allowedAccounts', ['x111122223333'], false],
    ['allowedAccounts', ['111122223333x'], false],
    ['allowedAccounts', [['111122223333']], false],
    ['allowedAccounts', [true], false],
    ['keyEvents', 'optional', true],
    ['keyEvents', 'required', true],
    ['keyEvents', 'no', false],
  ])('%s takes %j: %s', (name, value, taken) => {
    expect(accepts(SETTINGS_FIELDS[name].schema(z), value)).toBe(taken)
  })

  it('may be an account without quotes, which is text from then on', () => {
    expect(SETTINGS_FIELDS.allowedAccounts.schema(z).parse([111122223333])).toEqual(['111122223333'])
  })

  it.each<[string, { loosens: (deployed: never, asked: never) => boolean }, string, string, boolean]>([
    ['mode', SETTINGS_FIELDS.mode.tightens, 'apply', 'plan', false],
    ['mode', SETTINGS_FIELDS.mode.tightens, 'plan', 'apply', true],
    ['keyEvents', SETTINGS_FIELDS.keyEvents.tightens, 'optional', 'required', false],
    ['keyEvents', SETTINGS_FIELDS.keyEvents.tightens, 'required', 'optional', true],
    ['keyEvents', SETTINGS_FIELDS.keyEvents.tightens, 'required', 'required', false],
  ])(
    '%s, whose direction is %j: deployed %s, asked for %s, loosens: %s',
    (_, { loosens }, deployed, asked, expected) => {
      expect(loosens(deployed as never, asked as never)).toBe(expected)
    },
  )

  it.each<[SettingsFieldName, (string | number)[]]>([
    ['mode', ['plan', 'apply', 'IAM', '--apply']],
    ['approval', ['over-cap', 'always', 'never', 'maxKeys', 'maxPercent', '--approval']],
    ['approvalDays', [1, MAX_APPROVAL_DAYS]],
    ['allowedAccounts', ['"111122223333"', 'null']],
    ['keyEvents', ['CloudTrail', 'optional', 'required']],
  ])('%s has a comment that names its values', (name, facts) => {
    expect(SETTINGS_FIELDS[name].comment).toEqual(factsIn(...facts))
  })

  it('has a comment of its own', () => {
    // null is a value here, which a comment may name.
    expectOwnSentences(namesOf(settingsFields).map((name) => settingsFields[name].comment.replace(/(?<= )null/, 'any')))
  })

  it('that 0.1.0 did not store has its default, and every other must be stored', () => {
    const stored = { mode: 'apply', approval: 'always', approvalDays: 3 } as const
    const schema = z.strictObject(storedSchemasOf(settingsFields))
    expect(schema.parse(stored)).toEqual({ ...stored, allowedAccounts: null, keyEvents: 'optional' })
    for (const name of namesOf(stored)) {
      const { [name]: _, ...rest } = stored
      expect(accepts(schema, rest)).toBe(false)
    }
    for (const name of namesOf(settingsFields)) expect(settingsFields[name].since).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('what an input alone may say', () => {
  const undo = INPUT_FIELDS.undo.schema(z)
  const apply = INPUT_FIELDS.apply.schema(z)
  const KEY = 'AKIAIDLEIDLEIDLEIDLE'

  it.each<[string, z.ZodType, unknown, boolean]>([
    ['an undo', undo, { run: 'run-1' }, true],
    ['an undo', undo, { run: '..' }, false],
    ['an undo', undo, { run: 'run-1', keys: [KEY] }, true],
    ['an undo', undo, { run: 'run-1', keys: [] }, false],
    ['an undo', undo, { run: 'run-1', plan: 'a'.repeat(64) }, false],
    ['a plan', apply, { run: 'run-1' }, true],
    ['a plan', apply, { run: 'r'.repeat(80) }, true],
    ['a plan', apply, { run: 'r'.repeat(81) }, false],
    ['a plan', apply, { run: 'run-1', plan: '0a'.repeat(32) }, true],
    ['a plan', apply, { run: 'run-1', plan: `${'0a'.repeat(32)}0` }, false],
    ['a plan', apply, { run: 'run-1', keys: [KEY] }, false],
    ['a comment', INPUT_FIELDS.Comment.schema(z), '', true],
    ['a comment', INPUT_FIELDS.Comment.schema(z), 7, false],
  ])('%#: %s', (_, schema, value, taken) => {
    expect(accepts(schema, value)).toBe(taken)
  })

  it('is at most 500 keys to undo', () => {
    const keys = Array.from({ length: 501 }, (_, at) => `AKIA${String(at).padStart(16, '0')}`)
    expect(accepts(undo, { run: 'run-1', keys: keys.slice(1) })).toBe(true)
    expect(faultOf(undo, { run: 'run-1', keys })).toEqual(factsIn('keys', 500))
  })

  it('is refused with the rule of an id', () => {
    for (const schema of [undo, apply])
      expect(faultOf(schema, { run: '../x' })).toEqual(factsIn('run', STORED_RUN_ID_IN_WORDS, '"../x"'))
    expect(faultOf(undo, { run: 'run-1', keys: ['y'] })).toEqual(factsIn('keys.0', ACCESS_KEY_ID_IN_WORDS, '"y"'))
    expect(faultOf(apply, { run: 'run-1', plan: 'X' })).toEqual(factsIn('plan', 'sha256', 64, '"X"'))
  })

  it('has a reason of its own why it widens nothing', () => {
    expectOwnSentences(Object.values(INPUT_FIELDS).map(({ why }) => why))
  })
})
