// keysweep init and keysweep validate: a settings file is written and checked without AWS.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { namesOf } from '../../../core/model/directions.ts'
import { organizationFields } from '../../../core/model/organization-fields.ts'
import { policyFields } from '../../../core/model/policy-fields.ts'
import { parseSettings } from '../../../core/model/settings.ts'
import { settingsFields } from '../../../core/model/settings-fields.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { inProcess, newDirectory } from '../command.ts'

const withFile = (text: string, name = 'keysweep.yml') => {
  const cwd = newDirectory()
  writeFileSync(join(cwd, name), text)
  return cwd
}

describe('keysweep validate', () => {
  it('shows every setting with its value and source, and names the file on stderr', async () => {
    const text = 'approval: always\npolicy:\n  unusedDays: 45\n  exemptPaths: [/a/]\norganization:\n  maxKeys: 9\n'
    const cwd = withFile(text)
    const { code, stdout, stderr } = await inProcess(['validate'], {}, { cwd })
    expect(code).toBe(0)
    expect(stderr).toEqual(factsIn(join(cwd, 'keysweep.yml')))
    const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/))
    const names = [
      ...namesOf(settingsFields),
      ...namesOf(policyFields).map((name) => `policy.${name}`),
      ...namesOf(organizationFields).map((name) => `organization.${name}`),
    ]
    expect(rows.map(([name]) => name).filter((name) => names.includes(String(name)))).toEqual(names)
    expect(rows).toEqual(
      expect.arrayContaining([
        ['mode', 'plan', 'default'],
        ['approval', 'always', 'keysweep.yml'],
        ['policy.unusedDays', '45', 'keysweep.yml'],
        ['policy.exemptPaths', '["/a/"]', 'keysweep.yml'],
        ['policy.maxKeys', '100', 'default'],
        ['policy.concurrency', '10', 'default; 25 on one machine'],
        ['organization.maxKeys', '9', 'keysweep.yml'],
        ['organization.maxAccounts', '50', 'default'],
      ]),
    )
  })

  it('prints the same as JSON, and nothing else on stdout', async () => {
    const cwd = withFile('policy: { unusedDays: 45 }', 'keysweep.yaml')
    const { code, stdout } = await inProcess(['validate', '--json'], {}, { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      valid: true,
      file: join(cwd, 'keysweep.yaml'),
      settings: parseSettings('policy: { unusedDays: 45 }'),
    })
  })

  it('says that there is no file, and which defaults hold', async () => {
    const cwd = newDirectory()
    const { code, stdout, stderr } = await inProcess(['validate', '--json'], {}, { cwd })
    expect(code).toBe(0)
    expect(stderr).toEqual(factsIn('no keysweep.yml', cwd))
    expect(JSON.parse(stdout)).toEqual({ valid: true, file: null, settings: parseSettings('') })
  })

  it('ends with 2 and one line that names file, line and setting', async () => {
    const cwd = withFile('mode: plan\npolicy:\n  unusedDay: 45\n')
    expect(await inProcess(['validate'], {}, { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: lineWith('keysweep.yml:3:', 'policy.unusedDay', 'unusedDays?'),
    })
  })

  it('ends with 2 and says so as JSON too', async () => {
    const cwd = withFile('mode: sometimes')
    const { code, stdout, stderr } = await inProcess(['validate', '--json'], {}, { cwd })
    expect({ code, stderr }).toEqual({ code: 2, stderr: lineWith('keysweep.yml:1:', 'mode', '"sometimes"') })
    expect(JSON.parse(stdout)).toEqual({ valid: false, error: factsIn('keysweep.yml:1:', 'mode', '"sometimes"') })
  })

  it('checks the file of --settings, which must exist', async () => {
    const cwd = withFile('mode: apply', 'prod.yml')
    expect((await inProcess(['validate', '--settings', 'prod.yml'], {}, { cwd })).code).toBe(0)
    expect(await inProcess(['validate', '--settings', 'test.yml'], {}, { cwd })).toMatchObject({
      code: 2,
      stderr: lineWith('test.yml'),
    })
  })
})

describe('keysweep init', () => {
  it('writes a file that is valid, has the defaults, and says where it is', async () => {
    const cwd = newDirectory()
    const { code, stdout } = await inProcess(['init'], {}, { cwd })
    expect(code).toBe(0)
    expect(stdout).toEqual(factsIn(join(cwd, 'keysweep.yml')))
    expect(parseSettings(readFileSync(join(cwd, 'keysweep.yml'), 'utf8'))).toEqual(parseSettings(''))
    const validated = await inProcess(['validate', '--json'], {}, { cwd })
    expect(JSON.parse(validated.stdout)).toMatchObject({ valid: true, file: join(cwd, 'keysweep.yml') })
  })

  it.each(['keysweep.yml', 'keysweep.yaml'])('replaces no %s', async (name) => {
    const cwd = withFile('mode: apply', name)
    expect(await inProcess(['init'], {}, { cwd })).toEqual({ code: 2, stdout: '', stderr: lineWith(join(cwd, name)) })
    expect(readFileSync(join(cwd, name), 'utf8')).toBe('mode: apply')
    expect(existsSync(join(cwd, 'keysweep.yml'))).toBe(name === 'keysweep.yml')
  })

  it('replaces no folder of that name', async () => {
    const cwd = newDirectory()
    mkdirSync(join(cwd, 'keysweep.yml'))
    expect((await inProcess(['init'], {}, { cwd })).code).toBe(2)
    expect(statSync(join(cwd, 'keysweep.yml')).isDirectory()).toBe(true)
  })

  it('says which file of a folder above no longer holds', async () => {
    const above = withFile('policy: { exemptPaths: [/a/] }')
    const cwd = join(above, 'team')
    mkdirSync(cwd)
    const { code, stdout } = await inProcess(['init'], {}, { cwd })
    expect(code).toBe(0)
    expect(stdout).toEqual(factsIn(join(cwd, 'keysweep.yml'), join(above, 'keysweep.yml')))
  })
})
