// What may be said of an organization run, and what of a run that is a part of one.
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { namesOf } from '../../../core/model/directions.ts'
import { InputRefused, SettingsRefused } from '../../../core/model/errors.ts'
import { askedOrganizationRun, joinInput, joinOrganizationInput } from '../../../core/model/execution-input.ts'
import { isOuId, type OrganizationFieldName, organizationFields } from '../../../core/model/organization-fields.ts'
import { DEFAULT_ORGANIZATION } from '../../../core/model/policy.ts'
import { parseSettings } from '../../../core/model/settings.ts'
import { ORGANIZATION_INPUT_FIELDS } from '../../../core/model/settings-fields.ts'
import { errorWith, expectOwnSentences, factsIn } from '../../support/error-facts.ts'

const A = '111122223333'
const B = '444455556666'
const OU = 'ou-ab12-11111111'
const ROOT = 'r-ab12'

/** Of each field: a value that may be deployed, one that an input may say then, and one that loosens it. */
const DIRECTIONS: Record<OrganizationFieldName, [unknown, unknown, unknown]> = {
  accounts: [[A, B], [A], [A, '777788889999']],
  onlyAccounts: [[A], [A], [B]],
  onlyOus: [[OU, ROOT], [OU], ['ou-ab12-22222222']],
  onlyTags: [['a=1', 'b=2'], ['b=2'], ['c=3']],
  exceptAccounts: [[A], [B], null],
  exceptOus: [[OU], [ROOT], null],
  exceptTags: [['a=1'], ['b='], null],
  maxAccounts: [10, 9, 11],
  maxKeys: [10, 0, 11],
  maxPercent: [10, 0.5, 10.5],
  readRole: ['r', 'r', 'keysweep-read'],
  deactivateRole: ['d', 'd', 'keysweep-deactivate'],
  reactivateRole: ['a', 'a', 'keysweep-reactivate'],
}

const said = (name: OrganizationFieldName, value: unknown) => ({ organization: { [name]: value } })
const deployedAs = (organization: object) => parseSettings(JSON.stringify({ mode: 'apply', organization }))

describe('the settings of an organization run', () => {
  it('have defaults that change nothing alone: all accounts of the Organization, under its own caps', () => {
    expect(parseSettings('').organization).toEqual(DEFAULT_ORGANIZATION)
    expect(DEFAULT_ORGANIZATION).toMatchObject({ accounts: null, maxAccounts: 50, maxKeys: 500, maxPercent: 5 })
    expect(parseSettings('organization:\n  # maxKeys: 1\n').organization).toEqual(DEFAULT_ORGANIZATION)
  })

  it.each(namesOf(DIRECTIONS))('%s can be said, and an input may tighten it alone', (name) => {
    const [before, stricter, looser] = DIRECTIONS[name]
    const deployed = deployedAs({ [name]: before })
    expect(deployed.organization[name]).toEqual(before)
    expect(organizationFields[name].schema(z).safeParse(before).success).toBe(true)
    expect(joinOrganizationInput(deployed, said(name, stricter)).organization[name]).toEqual(
      name.startsWith('except') ? [...(before as string[]), ...(stricter as string[])] : stricter,
    )
    if (looser !== null)
      expect(() => joinOrganizationInput(deployed, said(name, looser))).toThrow(
        errorWith('InputRefused', name, JSON.stringify(looser), JSON.stringify(before)),
      )
  })

  it.each(['accounts', 'onlyAccounts', 'onlyOus', 'onlyTags'] as const)('an input cannot take %s back', (name) => {
    expect(() => joinOrganizationInput(deployedAs({ [name]: DIRECTIONS[name][0] }), said(name, null))).toThrow(
      InputRefused,
    )
  })

  it('takes lists of any length, and names and tags as long as AWS allows', () => {
    const organization = {
      ...{ accounts: [A, B], onlyAccounts: [A, B], onlyOus: [OU, ROOT], exceptOus: [`r-${'0'.repeat(32)}`] },
      onlyTags: [`${'k'.repeat(128)}=`, 'k=a b\nc=', `k=${'v'.repeat(256)}`],
      ...{ readRole: 'r'.repeat(64), deactivateRole: 'd', reactivateRole: 'a_+=,.@-1' },
    }
    expect(deployedAs(organization).organization).toMatchObject(organization)
  })

  it('lets an input say again that no list is deployed', () => {
    expect(joinOrganizationInput(deployedAs({}), said('accounts', null)).organization.accounts).toBeNull()
  })

  it('lets an input select accounts where none are selected, but not bring a list of its own', () => {
    const { organization } = joinOrganizationInput(deployedAs({}), said('onlyAccounts', [A]))
    expect(organization).toEqual({ ...DEFAULT_ORGANIZATION, onlyAccounts: [A] })
    expect(() => joinOrganizationInput(deployedAs({}), said('accounts', [A]))).toThrow(InputRefused)
  })

  it.each<[string, unknown, (string | number)[]]>([
    ['onlyOus', ['Workloads'], ['organization.onlyOus.0', 'ou-', '"Workloads"']],
    ['onlyOus', ['ou-ab12-1111111'], ['organization.onlyOus.0']],
    ['onlyOus', ['r-ab1'], ['organization.onlyOus.0']],
    ['exceptOus', ['OU-AB12-11111111'], ['organization.exceptOus.0']],
    ['onlyTags', ['team'], ['organization.onlyTags.0', 'key=value', '"team"']],
    ['exceptTags', ['=x'], ['organization.exceptTags.0', 'team=payments']],
    ['exceptTags', ['=a=b'], ['organization.exceptTags.0']],
    ['onlyTags', [`${'k'.repeat(129)}=`], ['organization.onlyTags.0']],
    ['onlyTags', [`k=${'v'.repeat(257)}`], ['organization.onlyTags.0']],
    ['onlyOus', ['r-ab12 '], ['organization.onlyOus.0', 'r-ab12']],
    ['exceptOus', ['x'], ['organization.exceptOus.0', 'ou-ab12-11111111', 'r-ab12']],
    ['readRole', 'r'.repeat(65), ['organization.readRole', 64, '"_+=,.@-"']],
    ['readRole', ' r', ['organization.readRole']],
    ['readRole', 'r ', ['organization.readRole']],
    ['accounts', [A, B, A], ['organization.accounts.2', 'once', `"${A}"`]],
    ['onlyAccounts', [], ['organization.onlyAccounts']],
    ['exceptAccounts', ['prod'], ['organization.exceptAccounts.0', 12, '"prod"']],
    ['maxAccounts', -1, ['organization.maxAccounts', -1]],
    ['maxKeys', 1.5, ['organization.maxKeys', 1.5]],
    ['maxPercent', 101, ['organization.maxPercent', 101]],
    ['readRole', 'service/read', ['organization.readRole', 64, '"service/read"']],
    ['readRole', '', ['organization.readRole']],
    ['exceptAccount', [A], ['organization.exceptAccount', 'exceptAccounts?']],
    ['unusedDays', 45, ['organization.unusedDays']],
    ['approval', 'always', ['organization.approval', 'outside organization']],
  ])('%s %j is refused by name', (name, value, facts) => {
    const text = JSON.stringify({ organization: { [name]: value } })
    expect(() => parseSettings(text)).toThrow(SettingsRefused)
    expect(() => parseSettings(text)).toThrow(errorWith('SettingsRefused', ...facts))
  })
})

describe('a field of an organization', () => {
  const SAID: Record<OrganizationFieldName, (string | number)[]> = {
    accounts: ['null', '"111122223333"'],
    onlyAccounts: ['null'],
    onlyOus: ['organizational units', 'null'],
    onlyTags: ['tags', 'keysweep=on', 'null'],
    exceptAccounts: ['Accounts'],
    exceptOus: ['organizational units'],
    exceptTags: ['tags'],
    maxAccounts: ['accounts', 'approval'],
    maxKeys: ['keys', 'approval'],
    maxPercent: ['percent', 0],
    readRole: ['role', 'reads'],
    deactivateRole: ['role', 'deactivates'],
    reactivateRole: ['role', 'reactivates'],
  }
  it.each(namesOf(SAID))('%s has a comment, what an input may say, and the version that brought it', (name) => {
    const { comment, since, tightens } = organizationFields[name]
    expect(comment).toEqual(factsIn(...SAID[name]))
    expect(since).toMatch(/^\d+\.\d+\.\d+$/)
    expect(tightens.says).toMatch(/^\p{L}+/u)
  })
  it('has a comment of its own', () => {
    // null is a value here, which a comment may name.
    const comments = namesOf(SAID).map((name) => organizationFields[name].comment.replaceAll('null', 'any'))
    expectOwnSentences(comments)
  })
  it.each([
    [OU, true],
    [ROOT, true],
    [`x${OU}`, false],
    [`x-${ROOT}`, false],
    [`${OU}/`, false],
    [A, false],
  ])('%s is the id of a unit or of the root: %s', (text, is) => {
    expect(isOuId(text)).toBe(is)
    expect(organizationFields.onlyOus.schema(z).safeParse([text]).success).toBe(is)
  })
})

describe('the input of an organization run', () => {
  const deployed = parseSettings('{ mode: plan, policy: { unusedDays: 90 } }')

  it('of {} is a normal run, with everything as deployed', () => {
    expect(joinOrganizationInput(deployed, {})).toEqual({ ...deployed, undo: null })
    expect(joinOrganizationInput(deployed, { Comment: 'by hand' })).toEqual({ ...deployed, undo: null })
  })

  it('may tighten policy and settings, and loosen none of them', () => {
    const { policy, approval } = joinOrganizationInput(deployed, { approval: 'always', policy: { unusedDays: 120 } })
    expect([policy.unusedDays, approval]).toEqual([120, 'always'])
    for (const input of [
      { policy: { unusedDays: 45 } },
      { mode: 'apply' },
      { approvalDays: 8 },
      { apply: { run: 'o' } },
    ])
      expect(() => joinOrganizationInput(deployed, input)).toThrow(InputRefused)
  })

  it('may name an organization run to undo, or some of its accounts, and nothing beside it', () => {
    expect(joinOrganizationInput(deployed, { undo: { run: 'org-1' } }).undo).toEqual({ run: 'org-1', accounts: null })
    const some = { run: 'org-1', accounts: [A] }
    expect(joinOrganizationInput(deployed, { undo: some, Comment: '' }).undo).toEqual(some)
    expect(() => joinOrganizationInput(deployed, { undo: some, mode: 'plan' })).toThrow(
      errorWith('InputRefused', 'mode'),
    )
    for (const undo of [
      { run: 'a.b' },
      { run: 'r'.repeat(45) },
      { run: 'org-1', accounts: [] },
      { run: 'org-1', keys: [] },
    ])
      expect(() => joinOrganizationInput(deployed, { undo })).toThrow(InputRefused)
    expect(ORGANIZATION_INPUT_FIELDS.undo.why).toMatch(/\w/)
  })
})

describe('the input of a run in an account', () => {
  const part = { run: 'org-1', account: A, phase: 'survey' }

  it('names its organization run and nothing else, whatever the console adds', () => {
    expect(askedOrganizationRun({ organizationRun: part })).toEqual(part)
    const added = { Comment: '', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn' }
    expect(askedOrganizationRun({ organizationRun: part, ...added })).toEqual(part)
    for (const more of [{ mode: 'plan' }, { apply: { run: 'r' } }, { undo: { run: 'r' } }, { policy: {} }])
      expect(() => askedOrganizationRun({ organizationRun: part, ...more })).toThrow(
        errorWith('InputRefused', Object.keys(more)[0] as string),
      )
  })

  it('has no settings of its own', () => {
    expect(() => joinInput(parseSettings(''), { organizationRun: part })).toThrow(errorWith('InputRefused', 'org-1'))
  })

  it('is that of a run of its own if it names none', () => {
    expect(askedOrganizationRun({})).toBeNull()
    expect(askedOrganizationRun({ mode: 'plan' })).toBeNull()
    expect(joinInput(parseSettings('mode: apply'), { mode: 'plan' }).mode).toBe('plan')
  })

  it.each([
    { ...part, phase: 'apply' },
    { ...part, account: '11112222333' },
    { ...part, run: 'a b' },
    { ...part, run: 'r'.repeat(45) },
    { ...part, run: 'a.b' },
    { ...part, more: 1 },
    { run: 'org-1', account: A },
    'org-1',
  ])('of %j is refused', (organizationRun) => {
    expect(() => askedOrganizationRun({ organizationRun })).toThrow(InputRefused)
  })
})
