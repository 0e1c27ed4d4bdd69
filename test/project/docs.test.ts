// docs/permissions.md and docs/operations.md agree with what is deployed.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { expiringKeys } from '../../core/judge/expiring.ts'
import { runEnded } from '../../core/notify/message.ts'
import { UNITS } from '../../core/notify/metrics.ts'
import { messageText } from '../../core/texts/message-text.ts'
import { recordOf } from '../support/records.ts'
import { permissionRows } from './permissions-table.ts'
import { allowedActions } from './simulator.ts'
import {
  actionsOf,
  functions,
  outputs,
  parameters,
  prodParameters,
  resources,
  type Statement,
  statementsOf,
} from './stack.ts'

const permissions = readFileSync('docs/permissions.md', 'utf8')
const operate = readFileSync('docs/operations.md', 'utf8')

describe('docs/permissions.md', () => {
  it('has one row for each function, as its role is written', () => {
    const table = permissions.slice(permissions.indexOf('| function | calls |')).split('\n\n')[0]?.split('\n').slice(2)
    expect(table).toEqual(permissionRows())
  })

  it('hands out policies to plan and to apply that allow what the roles may do of IAM', async () => {
    const allowedBy = (name: string) =>
      allowedActions('somebody', JSON.parse(readFileSync(`docs/policies/${name}.json`, 'utf8')), [
        'iam',
        's3',
        'states',
        'cloudtrail',
      ])
    const ofIam = ([, { role }]: (typeof entries)[number]) =>
      statementsOf(role)
        .flatMap(actionsOf)
        .filter((action) => /^(iam|cloudtrail):/.test(action))
    const entries = Object.entries(functions)
    const isWriter = ([name]: (typeof entries)[number]) => ['DeactivateKey', 'ReactivateKey'].includes(name)
    const needed = new Set(entries.filter((entry) => !isWriter(entry)).flatMap(ofIam))
    // Only the command line asks for the alias.
    needed.add('iam:ListAccountAliases')
    expect(await allowedBy('plan')).toEqual([...needed].sort())
    const all = new Set([...entries.flatMap(ofIam), 'iam:ListAccountAliases'])
    expect(await allowedBy('apply')).toEqual([...all].sort())
  })

  it('names every policy to hand out as it is named, and how many there are', () => {
    const policies = Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy')
    expect(policies).toHaveLength(4)
    expect(permissions).toContain('four managed policies')
    expect(permissions).toContain('four of these files as managed policies')
    for (const { Properties } of policies)
      expect(permissions).toContain(`| \`${String(Properties.ManagedPolicyName).replace('prod', '<stage>')}\` |`)
  })

  it('says of each part of the run store which functions the bucket lets write there', () => {
    const section = permissions.slice(permissions.indexOf('## Run store'), permissions.indexOf('## Findings'))
    const document = resources.RunStorePolicy?.Properties.PolicyDocument as { Statement: Statement[] }
    const rows = document.Statement.flatMap(({ Condition, Resource, Action }) => {
      const but = (Condition as { ArnNotEquals?: Record<string, unknown> } | undefined)?.ArnNotEquals?.[
        'aws:PrincipalArn'
      ]
      if (but === undefined || ![Action].flat().includes('s3:PutObject')) return []
      const writers = [but].flat().map((role) => `\`${JSON.stringify(role).match(/(\w+)Role"/)?.[1]}\``)
      return [
        `| \`${String((Resource as { 'Fn::Sub': string })['Fn::Sub']).replace('${RunStore.Arn}/', '')}\` | ${writers.join(', ')} |`,
      ]
    })
    expect(rows.length).toBeGreaterThan(10)
    expect(section.split('\n').filter((line) => /^\| `\w+\//.test(line))).toEqual(rows)
  })
})

it('docs/internals/stack-findings.md says what a message holds: a user, a key and its owner', () => {
  const row =
    readFileSync('docs/internals/stack-findings.md', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('| `CKV_AWS_26` |')) ?? ''
  const [key] = expiringKeys(recordOf())
  const text = messageText(runEnded(recordOf(), 'keysweep show'))
  for (const [name, value] of [
    ['user', key?.user],
    ['key id', key?.accessKeyId],
    ['owner', key?.owner],
  ]) {
    expect(text).toContain(value)
    expect(row).toContain(`the ${name}`)
  }
})

describe('docs/operations.md', () => {
  it('names every metric and every parameter of a deploy', () => {
    const names = [...Object.keys(UNITS), ...Object.keys(parameters)]
    expect(names.filter((name) => !operate.includes(`\`${name}\``))).toEqual([])
  })

  it('gives each parameter of a deploy its default', () => {
    for (const [name, value] of Object.entries(parameters)) {
      const inProd = prodParameters[name] === undefined ? '' : `, \`${prodParameters[name]}\` in the stage \`prod\``
      expect(operate).toContain(`| \`${name}\` | \`${value}\`${inProd} |`)
    }
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
