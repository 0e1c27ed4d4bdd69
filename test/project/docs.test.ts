// What docs/permissions.md and docs/operate.md say, held to what is deployed.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { UNITS } from '../../core/metrics.ts'
import { noticeText, runEnded } from '../../core/notice.ts'
import { soonStale } from '../../core/soon.ts'
import { recordOf } from '../support/records.ts'
import { permissionRows } from './permissions-table.ts'
import { documentOf } from './resolved.ts'
import { allowedActions } from './simulator.ts'
import { actionsOf, definitionText, functions, resources, service, statementsOf } from './stack.ts'

const permissions = readFileSync('docs/permissions.md', 'utf8')
const operate = readFileSync('docs/operate.md', 'utf8')
/** Paragraphs are wrapped where they happen to be. */
const unwrapped = operate.replaceAll(/\s+/g, ' ')

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

describe('docs/operate.md', () => {
  it('names every metric and every parameter of a deploy', () => {
    const names = [...Object.keys(UNITS), ...Object.keys(service.params.default)]
    expect(names.filter((name) => !operate.includes(`\`${name}\``))).toEqual([])
  })

  it('counts a run’s state transitions as the definition makes them', () => {
    const plan = transitions({ plan: 'record' })
    const apply = transitions({ plan: 'deactivate' })
    const asked = transitions({ plan: 'approval' })
    expect(unwrapped).toContain(
      `A run enters ${plan} states if it stops at its plan, and ${apply} and one for each key`,
    )
    expect(asked - apply).toBe(3)
    expect(transitions({ plan: 'record', slices: 2 }) - plan).toBe(2)
    expect(transitions({ plan: 'record', waits: 2 }) - plan).toBe(3)
    expect(operate).toContain(`dollars = (${apply} + keys + 3 if asked + 2 × (slices − 1) + retries) × 0.000025`)
  })

  it.each([10, 100, 500])('has the right price for %d keys', (keys) => {
    const without = transitions({ plan: 'deactivate' })
    const dollars = (count: number) => (count * 0.000025).toFixed(4)
    expect(operate).toContain(
      `| ${keys} | ${without + keys} | ${dollars(without + keys)} | ${dollars(without + keys * TRIES)} |`,
    )
  })
})

it.each(['docs/permissions.md', 'docs/operate.md'])('%s links to files that exist', (file) => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1])
  expect(links.filter((link) => !existsSync(path.join(path.dirname(file), link ?? '')))).toEqual([])
})

interface State {
  Type: string
  Next?: string
  Default?: string
  Choices?: { Next: string }[]
  ItemProcessor?: { States: Record<string, { Retry?: { MaxAttempts: number }[] }> }
}

const { StartAt, States } = JSON.parse(definitionText) as { StartAt: string; States: Record<string, State> }

/** The first and every retry of one key. */
const TRIES = 1 + (States['Deactivate keys']?.ItemProcessor?.States['Deactivate key']?.Retry?.[0]?.MaxAttempts ?? 0)

interface Run {
  /** What Make plan says is next; approval is given. */
  plan: 'record' | 'deactivate' | 'approval'
  waits?: number
  slices?: number
}

/** States that a run enters, none in its Map: from the start, by way of what each Choice says, to the end. */
function transitions({ plan, waits = 1, slices = 1 }: Run): number {
  const turns: Record<string, string[]> = {
    'Undo?': ['Generate report'],
    'Report ready?': [...Array.from({ length: waits }, () => 'Wait for report'), 'Parse report'],
    'All checked?': [...Array.from({ length: slices - 1 }, () => 'Check suspects'), 'Make plan'],
    'Next step?': [{ record: 'Write record', deactivate: 'Deactivate keys', approval: 'Ask for approval' }[plan]],
    'Go ahead?': ['Deactivate keys'],
    'How did it end?': ['Done'],
  }
  let entered = 0
  for (let name: string | undefined = StartAt; name !== undefined; entered += 1) {
    const state: State | undefined = States[name]
    const choices = [...(state?.Choices ?? []).map(({ Next }) => Next), state?.Default]
    const next: string | undefined = state?.Type === 'Choice' ? turns[name]?.shift() : state?.Next
    if (state?.Type === 'Choice') expect(choices).toContain(next)
    name = next
  }
  return entered
}
