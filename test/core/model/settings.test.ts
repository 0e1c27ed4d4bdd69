import { describe, expect, it } from '@jest/globals'
import { InputRefused, SettingsRefused } from '../../../core/model/errors.ts'
import { joinInput } from '../../../core/model/execution-input.ts'
import { DEFAULT_ORGANIZATION } from '../../../core/model/policy.ts'
import { parseSettings, refuseOtherAccount } from '../../../core/model/settings.ts'
import { errorWith, expectOwnSentences, factsIn, messageOf } from '../../support/error-facts.ts'

describe('keysweep.yml', () => {
  it('may be empty: a new installation only plans', () => {
    expect(parseSettings('')).toEqual({
      mode: 'plan',
      approval: 'over-cap',
      approvalDays: 7,
      keyEvents: 'optional',
      allowedAccounts: null,
      policy: {
        unusedDays: 90,
        rotationDays: null,
        warnDays: 14,
        maxKeys: 100,
        maxPercent: 25,
        concurrency: 10,
        exemptUsers: ['ses-smtp-user.*'],
        exemptSesUsers: 'yes',
        exemptPaths: [],
      },
      organization: DEFAULT_ORGANIZATION,
    })
  })

  it('may have the brake on', () => {
    expect(parseSettings('mode: off')).toEqual({ ...parseSettings(''), mode: 'off' })
  })

  it.each([
    ['policy: { exemptPaths: [/] }', { exemptPaths: ['/'] }],
    ['policy: { exemptPaths: [/service/backup/] }', { exemptPaths: ['/service/backup/'] }],
    ['policy: { warnDays: 0 }', { warnDays: 0 }],
    ['policy: { warnDays: 3650 }', { warnDays: 3650 }],
  ])('may say %s', (text, policy) => {
    expect(parseSettings(text).policy).toMatchObject(policy)
  })

  it.each([
    ['[ "012345678901", 111122223333 ]', ['012345678901', '111122223333']],
    ['[111122223333]', ['111122223333']],
    ['null', null],
  ])('may allow %s as accounts: digits with or without quotes', (text, allowed) => {
    expect(parseSettings(`allowedAccounts: ${text}`).allowedAccounts).toEqual(allowed)
  })

  it('keeps the SES users exempt beside those it names', () => {
    expect(parseSettings('policy: { exemptUsers: [ci-*] }').policy.exemptUsers).toEqual(['ses-smtp-user.*', 'ci-*'])
  })

  it('has the default policy where every line of it is a comment', () => {
    expect(parseSettings('mode: apply\npolicy:\n  # unusedDays: 45\n')).toEqual(parseSettings('mode: apply'))
  })

  it.each<[string, string, (string | number)[]]>([
    ['an unknown field', 'polcy: { a: x }', ['polcy', 'policy?']],
    ['an unknown policy field', 'policy: { unused: 30 }', ['policy.unused', 'unusedDays?']],
    ['zero unused days', 'policy: { unusedDays: 0 }', ['policy.unusedDays', 1, 0]],
    ['half a day', 'policy: { unusedDays: 45.5 }', ['policy.unusedDays', 'whole number', 45.5]],
    ['a day in words', 'policy: { unusedDays: ninety }', ['policy.unusedDays', 'number', '"ninety"']],
    ['more at once than a Map carries', 'policy: { concurrency: 41 }', ['policy.concurrency', 40, 41]],
    ['a path that is none', 'policy: { exemptPaths: [service] }', ['policy.exemptPaths.0', '"/"', '"service"']],
    ['a mode that is none', 'mode: delete', ['mode', 'plan', 'apply', '"delete"']],
    ['text that is no YAML', 'mode: [', ['YAML', '"mode: ["']],
    ['an alias of nothing', 'mode: *b', ['YAML', 'alias', 'b', '"mode: *b"']],
    ['a tag of nobody', 'mode: !!mode plan', ['YAML', 'tag', 'mode', '"mode: !!mode plan"']],
    ['a field twice', 'mode: plan\nmode: apply', ['YAML', 'unique', '"mode: apply"']],
    ['two documents', 'mode: plan\n---\nmode: apply', ['YAML', 'multiple documents', '"---"']],
    ['what was received, where the rule does not say it', 'approvalDays: 8', ['approvalDays', 7, 8]],
    ['a warning before all time', 'policy: { warnDays: -1 }', ['policy.warnDays', 0, '-1']],
    ['a warning ten years ahead', 'policy: { warnDays: 3651 }', ['policy.warnDays', 3650, 3651]],
    ['a path that does not begin with a slash', 'policy: { exemptPaths: [a/] }', ['policy.exemptPaths.0', '"a/"']],
    ['a path that does not end with one', 'policy: { exemptPaths: [/a] }', ['policy.exemptPaths.0', '"/a"']],
    ['a list', '- mode', ['the whole', 'object', '["mode"]']],
    ['a list of no account', 'allowedAccounts: []', ['allowedAccounts', 1, '[]']],
    ['an account in place of a list', 'allowedAccounts: 111122223333', ['allowedAccounts', 'list', 111122223333]],
    ['an account with a zero, without quotes', 'allowedAccounts: [012345678901]', ['allowedAccounts.0', 12, 'quotes']],
    [
      'an account by its value',
      'allowedAccounts: [1e11]',
      ['allowedAccounts.0', 12, 'received 1e11.', 'YAML', 'quotes'],
    ],
    ...['accounts', 'onlyAccounts', 'exceptAccounts'].map((name): [string, string, (string | number)[]] => [
      `an account in ${name} by its value`,
      `organization: { ${name}: ["444455556666", 0x174876E800] }`,
      [`organization.${name}.1`, 12, 'received 0x174876E800.', 'quotes'],
    ]),
    ['a number in another notation', 'approvalDays: 0x0', ['approvalDays', 1, 'received 0x0.']],
    ['an account that is none', 'allowedAccounts: [prod]', ['allowedAccounts.0', 12, '"prod"']],
    ['a policy that is a list', 'policy: [unusedDays]', ['policy', 'object', '["unusedDays"]']],
    ['a number without end', 'policy: { maxPercent: .inf }', ['policy.maxPercent', 'number', 'Infinity']],
    ['a number that is none', 'policy: { maxKeys: .nan }', ['policy.maxKeys', 'number', 'NaN']],
    [
      'a list that is what it is in',
      'policy: &p { exemptUsers: *p }',
      ['policy.exemptUsers', 'list', '{"exemptUsers"'],
    ],
    ['a policy in itself', '&all\npolicy: { x: *all }', ['policy.x']],
    ['a name that cannot be seen', 'policy: { exemptUsers: ["ann\u200b"] }', ['policy.exemptUsers.0', '"ann\\u200b"']],
    ['a field that cannot be seen', 'mo\u200bde: plan', ['"mo\\u200bde"', 'mode?']],
    ['a field that is a list', '? [mode]\n: plan', ['[ mode ]']],
  ])('with %s is refused, and the message says where, what, the rule, and what was received', (_, text, facts) => {
    expect(() => parseSettings(text)).toThrow(SettingsRefused)
    expect(() => parseSettings(text)).toThrow(errorWith('SettingsRefused', 'keysweep.yml:', ...facts))
  })

  it.each<[string, string, number]>([
    ['an unknown name', 'mode: plan\npolicy:\n  # a comment\n  unusedDay: 45\n', 4],
    ['an unknown name at the top', '\n\npolcy:\n  unusedDays: 45\n', 3],
    ['a name in quotes', 'policy:\n  maxKeys: 1\n  "unused-days":\n    45\n', 3],
    ['a number outside its range', 'policy:\n  maxKeys: 1\n  unusedDays: 0\n', 3],
    ['a value below its name', 'policy:\n  unusedDays:\n    ninety\n', 3],
    ['a value that is missing', 'policy:\n  unusedDays:\n  maxKeys: 1\n', 2],
    ['a word that is none of those', 'policy:\n  maxKeys: 1\napproval: sometimes\n', 3],
    ['the second item of a list', 'policy:\n  exemptPaths:\n    - /a/\n    - b\n', 4],
    ['an item of a list in one line', 'policy:\n  exemptPaths: [/a/,\n    b]\n', 3],
    ['a list in place of a word', 'mode:\n  - plan\n', 2],
    ['a whole that is no object', '# settings\n- mode\n', 2],
    ['an empty key', 'mode: plan\n? \n: 1\n', 2],
    ['a field twice', 'mode: plan\npolicy: {}\nmode: apply\n', 3],
    ['a nested field twice', 'policy:\n  maxKeys: 1\n  maxKeys: 2\n', 3],
    ['an open list', 'mode: plan\npolicy: [\n', 3],
    ['a tab', 'policy:\n\tmaxKeys: 1\n', 2],
    ['an alias of nothing', 'mode: plan\napproval: *b\n', 2],
    ['a value that an alias brings', 'mode: &m 7\napproval: *m\n', 1],
    ['a value inside what an alias brings', 'policy: &p\n  maxKeys: -1\n', 2],
    ['Windows line ends', 'mode: plan\r\npolicy:\r\n  unusedDay: 45\r\n', 3],
  ])('names the line of %s', (_, text, line) => {
    expect(messageOf(() => parseSettings(text)).match(/^keysweep\.yml:(\d+): /)?.[1]).toBe(String(line))
  })

  it.each([
    ['allowedAccounts:\n  # - "111122223333"\n', 1, 'allowedAccounts'],
    ['mode: plan\nallowedAccounts:', 2, 'allowedAccounts'],
    ['allowedAccounts: # nobody', 1, 'allowedAccounts'],
    ['{ mode: plan, ? allowedAccounts }', 1, 'allowedAccounts'],
    ['policy:\n  rotationDays:\n', 2, 'policy.rotationDays'],
    ['organization:\n  maxKeys: 1\n  onlyOus:\n    # - ou-ab12-11111111\n', 3, 'organization.onlyOus'],
    ['organization: { onlyTags: , onlyAccounts: null }', 1, 'organization.onlyTags'],
    ['organization: { accounts: }', 1, 'organization.accounts'],
    ['organization:\n  onlyAccounts: &x\n  onlyOus: *x\n', 2, 'organization.onlyAccounts'],
  ])('has no setting without a value, because null would lift its limit: %j', (text, line, name) => {
    expect(() => parseSettings(text, 'k.yml')).toThrow(errorWith('SettingsRefused', `k.yml:${line}`, name, 'null'))
  })

  it.each([
    'allowedAccounts: null',
    'allowedAccounts: ~',
    'policy:\norganization:\n',
    'organization: { onlyOus: null }',
  ])('may say null, and have no line in a block: %j', (text) => expect(parseSettings(text)).toEqual(parseSettings('')))

  it('names file and line as an editor reads them, and the setting that was probably meant', () => {
    expect(() => parseSettings('policy:\n  unusedDay: 45\n', 'team/keysweep.yml')).toThrow(
      errorWith('SettingsRefused', 'team/keysweep.yml:2:', 'policy.unusedDay', 'unusedDays?'),
    )
  })

  it.each([
    ['approvalDays: 0x0', 'received 0x0.'],
    ['policy: { maxKeys: 1.50 }', 'received 1.50.'],
  ])('says of no number that it is to be text: %s', (text, received) => {
    const message = messageOf(() => parseSettings(text))
    expect(message).toEqual(factsIn(received))
    expect(message).not.toContain('YAML')
  })
  it('takes a number in another notation where a number belongs', () => {
    expect(parseSettings('policy: { maxKeys: 1e12 }').policy.maxKeys).toBe(1_000_000_000_000)
  })
  it('names every fault, in the order of the lines', () => {
    const text = 'policy:\n  maxKey: 1\n  unusedDays: 0\nmode: delete\nother: 1\n'
    const lines = [...messageOf(() => parseSettings(text)).matchAll(/keysweep\.yml:(\d+): /g)]
    expect(lines.map(([, line]) => line)).toEqual(['2', '3', '4', '5'])
  })

  it.each<[string, string | null]>([
    ['unusedDays: 45', 'policy.unusedDays'],
    ['unuseddays: 45', 'policy.unusedDays'],
    ['aproval: never', 'approval'],
    ['approval-days: 2', 'approvalDays'],
    ['Policy: {}', 'policy'],
    ['policy: { unused_days: 45 }', 'unusedDays'],
    ['policy: { rotation: 45 }', 'rotationDays'],
    ['policy: { mode: plan }', 'mode, outside policy'],
    ['policy: { maxPercents: 4 }', 'maxPercent'],
    ['policy: { dryRun: true }', null],
    ['x: 1', null],
  ])('says of %s what was probably meant: %s', (text, meant) => {
    const said = messageOf(() => parseSettings(text))
    expect(/ mean (.*)\?$/.exec(said)?.[1] ?? null).toBe(meant)
  })

  it('is cut where the YAML parser shows a long line of it', () => {
    const message = messageOf(() => parseSettings(`mode: [${'x'.repeat(200)}`))
    expect(message.split('"')[1]?.length).toBeLessThanOrEqual(80)
  })
  it('is cut where a value is long, and where many things are wrong', () => {
    expect(messageOf(() => parseSettings(`mode: ${'x'.repeat(500)}`)).length).toBeLessThan(200)
    const many = Array.from({ length: 200 }, (_, at) => `field${at}: 1`).join('\n')
    expect(messageOf(() => parseSettings(many)).length).toBeLessThan(1600)
  })
})

it('what the YAML parser said of settings is kept, with the line of the fault', () => {
  expect(() => parseSettings('mode: [')).toThrow(expect.objectContaining({ cause: expect.any(Error) }))
})

it('an account that is not allowed is refused with all that are', () => {
  expect(() => refuseOtherAccount({ allowedAccounts: ['444455556666', '777788889999'] }, '111122223333')).toThrow(
    errorWith('SettingsRefused', '111122223333', '444455556666, 777788889999'),
  )
})

it.each<[string[] | null, boolean]>([
  [null, true],
  [['111122223333'], true],
  [['444455556666', '111122223333'], true],
  [['444455556666'], false],
])('of the accounts %j, 111122223333 is allowed: %s', (allowedAccounts, allowed) => {
  const check = () => refuseOtherAccount({ allowedAccounts }, '111122223333')
  if (allowed) expect(check).not.toThrow()
  else expect(check).toThrow(errorWith('SettingsRefused', '111122223333', 'allowedAccounts', '444455556666'))
})

describe("an execution's input", () => {
  const deployed = parseSettings(
    '{ mode: apply, approval: over-cap, policy: { rotationDays: 180, exemptPaths: [/a/] } }',
  )
  const { organization: _, ...ofRun } = deployed
  const deployedAs = (text: string) => parseSettings(text)

  it('of {} is a normal run', () => {
    expect(joinInput(deployed, {})).toEqual({ ...ofRun, undo: null, apply: null })
  })
  it.each([
    {},
    { mode: 'plan' },
    { mode: 'apply' },
    { mode: 'apply', approval: 'always' },
    { apply: { run: 'run-1' }, mode: 'apply', approval: 'always' },
    { undo: { run: 'run-1' } },
  ])('of %j under the brake plans at most: Start run ends it', (input) => {
    expect(joinInput(deployedAs('{ mode: off, approval: over-cap }'), input).mode).toBe('plan')
  })
  it.each([{ policy: { maxKeys: 101 } }, { approval: 'never', approvalDays: 8 }])(
    'of %j loosens under the brake too',
    (input) => {
      expect(() => joinInput(deployedAs('mode: off'), input)).toThrow(InputRefused)
    },
  )
  it('under the brake may loosen nothing but the mode, which ends it', () => {
    const stopped = deployedAs('{ mode: off, approvalDays: 3 }')
    expect(() => joinInput(stopped, { approvalDays: 5 })).toThrow(errorWith('InputRefused', 'approvalDays', 5, 3))
  })
  it('may not say off: that is deployed', () => {
    expect(() => joinInput(deployed, { mode: 'off' })).toThrow(
      errorWith('InputRefused', 'mode', 'plan', 'apply', '"off"'),
    )
  })
  it('may name the plan of a run, by its run alone or by its hash as well', () => {
    const plan = 'a'.repeat(64)
    expect(joinInput(deployed, { apply: { run: 'run-1' } }).apply).toEqual({ run: 'run-1', plan: null })
    expect(joinInput(deployed, { apply: { run: 'run-1', plan } }).apply).toEqual({ run: 'run-1', plan })
  })
  it.each([
    { run: '../x' },
    { run: '' },
    {},
    { run: 'run-1', plan: 'A'.repeat(64) },
    { run: 'run-1', plan: 'a'.repeat(63) },
    { run: 'run-1', keys: [] },
    'run-1',
  ])('may name no plan as %j', (apply) => {
    expect(() => joinInput(deployed, { apply })).toThrow(InputRefused)
  })
  it('may not name a plan beside an undo', () => {
    expect(() => joinInput(deployed, { apply: { run: 'run-1' }, undo: { run: 'run-2' } })).toThrow(InputRefused)
  })
  it("may carry the console's Comment", () => {
    expect(joinInput(deployed, { Comment: 'again, by hand' })).toEqual({ ...ofRun, undo: null, apply: null })
  })
  it('may tighten every term and cap, and adds exemptions', () => {
    const asked = {
      unusedDays: 120,
      rotationDays: null,
      maxKeys: 0,
      maxPercent: 1,
      concurrency: 1,
      exemptUsers: ['x'],
      exemptPaths: ['/b/'],
    }
    expect(joinInput(deployed, { mode: 'plan', policy: asked }).policy).toEqual({
      ...deployed.policy,
      ...asked,
      exemptUsers: ['ses-smtp-user.*', 'x'],
      exemptPaths: ['/a/', '/b/'],
    })
  })
  it.each([
    [{ policy: { unusedDays: 89 } }, ['unusedDays', 89, 90]],
    [{ policy: { rotationDays: 179 } }, ['rotationDays', 179, 180]],
    [{ policy: { maxKeys: 101 } }, ['maxKeys', 101, 100]],
    [{ policy: { maxPercent: 26 } }, ['maxPercent', 26, 25]],
    [{ policy: { concurrency: 11 } }, ['concurrency', 11, 10]],
  ])('that loosens the policy is refused: %j', (input, facts) => {
    expect(() => joinInput(deployed, input)).toThrow(InputRefused)
    expect(() => joinInput(deployed, input)).toThrow(errorWith('InputRefused', ...facts))
  })
  it('may say again what is deployed', () => {
    const { unusedDays, rotationDays, maxKeys, maxPercent, concurrency } = deployed.policy
    const policy = { unusedDays, rotationDays, maxKeys, maxPercent, concurrency }
    expect(joinInput(deployed, { policy })).toEqual({ ...ofRun, undo: null, apply: null })
  })
  it('may let a key get older than was deployed', () => {
    expect(joinInput(deployed, { policy: { rotationDays: 181 } }).policy.rotationDays).toBe(181)
  })
  it('may make the unused term longer only where the rotation rule is off: it would count more keys as in use', () => {
    expect(() => joinInput(deployed, { policy: { unusedDays: 120 } })).toThrow(
      errorWith('InputRefused', 'unusedDays', 120, 90, 'rotationDays', 'null'),
    )
    expect(() => joinInput(deployed, { policy: { unusedDays: 91, rotationDays: 200 } })).toThrow(
      errorWith('InputRefused', 'unusedDays', 91, 90),
    )
    expect(joinInput(deployed, { policy: { unusedDays: 90, rotationDays: 200 } }).policy.unusedDays).toBe(90)
    expect(joinInput(deployed, { policy: { unusedDays: 120, rotationDays: null } }).policy.unusedDays).toBe(120)
    expect(joinInput(parseSettings(''), { policy: { unusedDays: 120 } }).policy.unusedDays).toBe(120)
  })
  it('that loosens several settings names each', () => {
    expect(() => joinInput(deployed, { approvalDays: 7, policy: { unusedDays: 1, maxKeys: 101 } })).toThrow(
      errorWith('InputRefused', 'unusedDays', 1, 90, 'maxKeys', 101, 100),
    )
  })
  it('may say that a machine deployed as plan is to plan', () => {
    expect(joinInput(parseSettings('mode: plan'), { mode: 'plan' }).mode).toBe('plan')
  })
  it('may not turn on a rotation rule that was not deployed', () => {
    expect(() => joinInput(parseSettings(''), { policy: { rotationDays: 3000 } })).toThrow(
      errorWith('InputRefused', 'rotationDays', 3000, 'null'),
    )
  })
  it('may apply on a machine deployed as plan only with a person asked', () => {
    const plan = deployedAs('mode: plan')
    expect(() => joinInput(plan, { mode: 'apply' })).toThrow(
      errorWith('InputRefused', 'mode', '"apply"', '"plan"', 'approval', '"always"'),
    )
    expect(joinInput(plan, { mode: 'apply', approval: 'always' })).toMatchObject({ mode: 'apply', approval: 'always' })
  })
  it('may loosen nothing but the mode with a person asked', () => {
    const plan = deployedAs('{ mode: plan, approvalDays: 3 }')
    const input = { mode: 'apply', approval: 'always', approvalDays: 4 }
    expect(() => joinInput(plan, input)).toThrow(errorWith('InputRefused', 'approvalDays', 4, 3))
    expect(messageOf(() => joinInput(plan, input))).not.toContain('mode')
    expect(messageOf(() => joinInput(plan, { approvalDays: 4 }))).not.toContain('always')
    expect(joinInput(plan, { ...input, approvalDays: 2 })).toMatchObject({ mode: 'apply', approvalDays: 2 })
  })
  it.each([
    ['always', 'always', true],
    ['always', 'over-cap', false],
    ['always', 'never', false],
    ['over-cap', 'always', true],
    ['over-cap', 'over-cap', true],
    ['over-cap', 'never', true],
    ['never', 'always', true],
    ['never', 'over-cap', false],
    ['never', 'never', true],
  ])('where approval %s is deployed, %s is taken: %s', (was, asked, taken) => {
    const settings = deployedAs(`{ mode: apply, approval: ${was} }`)
    if (taken) expect(joinInput(settings, { approval: asked }).approval).toBe(asked)
    else
      expect(() => joinInput(settings, { approval: asked })).toThrow(
        errorWith('InputRefused', 'approval', `"${asked}"`, `"${was}"`),
      )
  })
  it('may ask a person to answer sooner, not later', () => {
    expect(joinInput(deployed, { approvalDays: 2 }).approvalDays).toBe(2)
    const short = parseSettings('approvalDays: 3')
    expect(() => joinInput(short, { approvalDays: 4 })).toThrow(errorWith('InputRefused', 'approvalDays', 4, 3))
  })
  it.each<[string[] | null, string[] | null, boolean]>([
    [['111122223333', '444455556666'], ['444455556666'], true],
    [['111122223333'], ['111122223333'], true],
    [['111122223333'], ['444455556666'], false],
    [['111122223333'], ['111122223333', '444455556666'], false],
    [['111122223333'], null, false],
    [null, ['111122223333'], true],
  ])('where the accounts %j are allowed, %j is taken: %s', (was, allowedAccounts, taken) => {
    const settings = deployedAs(JSON.stringify({ allowedAccounts: was }))
    if (taken) expect(joinInput(settings, { allowedAccounts }).allowedAccounts).toEqual(allowedAccounts)
    else
      expect(() => joinInput(settings, { allowedAccounts })).toThrow(
        errorWith('InputRefused', 'allowedAccounts', JSON.stringify(allowedAccounts), JSON.stringify(was)),
      )
  })
  it('may name a run to undo, and some of its keys', () => {
    expect(joinInput(deployed, { undo: { run: 'run-1' } }).undo).toEqual({ run: 'run-1', keys: null })
    expect(joinInput(deployed, { undo: { run: 'run-1', keys: ['AKIAIDLEIDLEIDLEIDLE'] } }).undo?.keys).toEqual([
      'AKIAIDLEIDLEIDLEIDLE',
    ])
  })
  it('that undoes takes no other word', () => {
    expect(() => joinInput(deployed, { undo: { run: 'run-1' }, mode: 'plan' })).toThrow(
      errorWith('InputRefused', 'undo', 'mode'),
    )
    expect(() => joinInput(deployed, { undo: { run: 'run-1' }, mode: 'plan', approvalDays: 1 })).toThrow(
      errorWith('InputRefused', 'undo', 'mode, approvalDays'),
    )
  })
  it.each([
    ['text'],
    [null],
    [[]],
    [7],
    [{ undo: {} }],
    [{ undo: { run: '../x' } }],
    [{ undo: { run: 'run-1/x' } }],
    [{ undo: { run: 'r', keys: [] } }],
    [{ undo: { run: 'r', keys: ['AKIAIDLEIDLEIDLEIDLE/x'] } }],
    [{ undo: { run: 'r', keys: ['x/AKIAIDLEIDLEIDLEIDLE'] } }],
    [{ dryRun: true }],
    [{ policy: { unusedDays: '90' } }],
  ])('that is not ours is refused: %j', (input) => {
    expect(() => joinInput(deployed, input)).toThrow(InputRefused)
  })
  it('that is refused says where, the rule, and what was received', () => {
    const input = { undo: { run: '../x', keys: ['y'] }, approvalDays: 0 }
    expect(() => joinInput(deployed, input)).toThrow(
      errorWith('InputRefused', 'approvalDays', 1, 'received 0', 'undo.run', '"../x"', 'undo.keys.0', '"y"'),
    )
  })
  it('that is refused has a sentence for each thing that can be wrong', () => {
    const refused = [{ dryRun: true }, { undo: { run: 'run-1' }, mode: 'plan' }, { policy: { maxKeys: 101 } }]
    for (const undo of [{ run: '../x' }, { run: 'r', keys: ['y'] }])
      expect(() => joinInput(deployed, { undo })).toThrow(/undo\.\S+: \p{L}+ \p{L}/u)
    expectOwnSentences([
      ...refused.map((input) => messageOf(() => joinInput(deployed, input))),
      messageOf(() => joinInput(deployed, { undo: { run: '../x' } })),
      messageOf(() => joinInput(deployed, { undo: { run: 'r', keys: ['y'] } })),
    ])
  })
})

describe('the SMTP users of Amazon SES', () => {
  const SES = 'ses-smtp-user.*'
  const usersOf = (yaml: string) => parseSettings(yaml).policy.exemptUsers
  it('are exempt unless the settings switch that off, and a pattern of the settings still holds', () => {
    expect(usersOf('policy: { exemptUsers: [ann] }')).toEqual([SES, 'ann'])
    expect(usersOf('policy: { exemptSesUsers: no, exemptUsers: [ann] }')).toEqual(['ann'])
    expect(usersOf(`policy: { exemptSesUsers: no, exemptUsers: ["${SES}"] }`)).toEqual([SES])
  })
  it('may be exempt by an input, and not lose their exemption by one', () => {
    const off = parseSettings('policy: { exemptSesUsers: no }')
    expect(joinInput(off, { policy: { exemptSesUsers: 'yes' } }).policy.exemptUsers).toEqual([SES])
    expect(() => joinInput(parseSettings(''), { policy: { exemptSesUsers: 'no' } })).toThrow(
      errorWith('InputRefused', 'exemptSesUsers'),
    )
  })
})
