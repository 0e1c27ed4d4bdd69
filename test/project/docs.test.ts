// What docs/permissions.md and docs/operations.md say, held to what is deployed.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { soonStale } from '../../core/judge/stale-soon.ts'
import { noticeText, runEnded } from '../../core/notify/message.ts'
import { UNITS } from '../../core/notify/metrics.ts'
import { recordOf } from '../support/records.ts'
import { permissionRows } from './permissions-table.ts'
import { documentOf } from './resolved.ts'
import { allowedActions } from './simulator.ts'
import { actionsOf, functions, outputs, resources, service, statementsOf } from './stack.ts'

const permissions = readFileSync('docs/permissions.md', 'utf8')
const operate = readFileSync('docs/operations.md', 'utf8')

describe('docs/permissions.md', () => {
  it('has one row for each function, as its role is written', () => {
    const table = permissions.slice(permissions.indexOf('| function | calls |')).split('\n\n')[0]?.split('\n').slice(2)
    expect(table).toEqual(permissionRows())
  })

  it('shows a policy for plan mode that allows what the roles of a plan may read of IAM, and says what apply adds', async () => {
    const policy = JSON.parse(/```json\n(.*?)```/s.exec(permissions)?.[1] ?? '')
    const ofIam = ([, { role }]: (typeof entries)[number]) =>
      statementsOf(role)
        .flatMap(actionsOf)
        .filter((action) => action.startsWith('iam:'))
    const entries = Object.entries(functions)
    const isWriter = ([name]: (typeof entries)[number]) => ['DeactivateKey', 'ReactivateKey'].includes(name)
    const needed = new Set(entries.filter((entry) => !isWriter(entry)).flatMap(ofIam))
    expect(await allowedActions('somebody', policy, ['iam', 's3', 'states'])).toEqual([...needed].sort())
    const more = new Set(
      entries
        .filter(isWriter)
        .flatMap(ofIam)
        .filter((action) => !needed.has(action)),
    )
    expect(permissions).toContain(
      `With \`--apply\` it needs ${[...more].map((one) => `\`${one}\``).join(' and ')} as well.`,
    )
  })

  it('names the policies to hand out as they are named', () => {
    const named = ['ViewPolicy', 'StartPolicy', 'ApprovePolicy'].map((name) => resources[name]?.Properties)
    for (const properties of named)
      expect(permissions).toContain(`| \`${String(properties?.ManagedPolicyName).replace('prod', '<stage>')}\` |`)
  })

  it('says of notices what stands in them: a user, a key and its owner are named', () => {
    const row = permissions.split('\n').find((line) => line.startsWith('| `CKV_AWS_26` |')) ?? ''
    const [key] = soonStale(recordOf())
    const text = noticeText(runEnded(recordOf(), 'keysweep show'))
    for (const [name, value] of [
      ['user', key?.user],
      ['key id', key?.accessKeyId],
      ['owner', key?.owner],
    ]) {
      expect(text).toContain(value)
      expect(row).toContain(`the ${name}`)
    }
  })
})

it('docs/approval.md shows the policies to approve and to start as the stack has them', () => {
  const shown = [...readFileSync('docs/approval.md', 'utf8').matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) =>
    JSON.parse(json.replaceAll('a1b2c3', 'api1')),
  )
  expect(shown).toEqual([documentOf('ApprovePolicy'), documentOf('StartPolicy')])
})

describe('docs/operations.md', () => {
  it('names every metric and every parameter of a deploy', () => {
    const names = [...Object.keys(UNITS), ...Object.keys(service.params.default)]
    expect(names.filter((name) => !operate.includes(`\`${name}\``))).toEqual([])
  })

  it('names no output that the stack has not', () => {
    const asked = ['README.md', ...globSync('docs/**/*.md')].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/<([A-Z][a-z]\w+)>/g)].map((match) => match[1]),
    )
    expect(asked).toContain('DeactivateKeyRole')
    expect([...new Set(asked)].filter((name) => !['HttpApiUrl', ...Object.keys(outputs)].includes(`${name}`))).toEqual(
      [],
    )
  })
})
