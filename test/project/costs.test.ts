// What docs/operations.md says that a run costs, held to the definition and to its own arithmetic.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { UNITS } from '../../core/notify/metrics.ts'
import { definitionText, functions, resources } from './stack.ts'

const operate = readFileSync('docs/operations.md', 'utf8')
/** Paragraphs are wrapped where they happen to be. */
const unwrapped = operate.replaceAll(/\s+/g, ' ')

const SERVICES = ['Step Functions', 'Lambda', 'S3', 'logs']

/** Dollars of one service: for a run, and for each key of it. */
function costOf(service: string): { run: number; key: number } {
  const [, run, key] = new RegExp(`^\\| ${service} \\| ([\\d.]+) \\| ([\\d.]+) \\|`, 'm').exec(operate) ?? []
  return { run: Number(run), key: Number(key) }
}

/** Packaging removes the alarm of organization runs, unless they have a schedule. */
const { OrganizationFailed: _, ...byDefault } = resources
const count = (type: string) => Object.values(byDefault).filter(({ Type }) => Type === type).length

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
const dollars = (amount: number) => amount.toFixed(4)

describe('what a run costs, by docs/operations.md,', () => {
  it('counts its state transitions as the definition makes them', () => {
    const plan = transitions({ plan: 'record' })
    const apply = transitions({ plan: 'deactivate' })
    const asked = transitions({ plan: 'approval' })
    expect(unwrapped).toContain(
      `A run enters ${plan} states if it stops at its plan, and ${apply} and one for each key`,
    )
    expect(asked - apply).toBe(4)
    expect(transitions({ plan: 'record', slices: 2 }) - plan).toBe(2)
    expect(transitions({ plan: 'record', waits: 2 }) - plan).toBe(3)
    expect(operate).toContain(
      `transitions = ${apply} + keys + 4 if asked + 2 × (slices − 1) + 3 × (waits − 1) + retries`,
    )
    expect(costOf('Step Functions')).toEqual({ run: (apply * 25) / 1_000_000, key: 0.000025 })
  })

  it('adds up what each service takes', () => {
    const costs = SERVICES.map(costOf)
    const [run, key] = [sum(costs.map((cost) => cost.run)), sum(costs.map((cost) => cost.key))]
    expect(operate).toContain(`dollars = ${run.toFixed(6)} + ${key.toFixed(6)} × keys`)
  })

  it.each([10, 100, 500])('has the right sums for %d keys', (keys) => {
    const each = (times: number) => SERVICES.map(costOf).map(({ run, key }) => run + keys * times * key)
    const cells = [keys, transitions({ plan: 'deactivate' }) + keys, ...each(1).map(dollars)]
    expect(operate).toContain(`| ${[...cells, dollars(sum(each(1))), dollars(sum(each(TRIES)))].join(' | ')} |`)
  })

  it('counts the alarms, metrics and dashboards that are billed without any run', () => {
    const [alarms, dashboards] = [count('AWS::CloudWatch::Alarm'), count('AWS::CloudWatch::Dashboard')]
    const metrics = Object.keys(UNITS).length
    expect(unwrapped).toContain(`${alarms} alarms at 0.10, ${(alarms * 0.1).toFixed(2)};`)
    expect(unwrapped).toContain(`${dashboards} dashboard at 3.00, ${(dashboards * 3).toFixed(2)};`)
    expect(unwrapped).toContain(`${metrics} metrics at 0.30, at most ${(metrics * 0.3).toFixed(2)} `)
  })
})

describe('a month of one account, by docs/operations.md,', () => {
  const [, table = ''] = /^### A month of one account.*?\n(\|.*?)\n\n/ms.exec(operate) ?? []
  const rows = new Map(
    [...table.matchAll(/^\| (.+?) \| ([\d.]+) \|/gm)].map(([, name = '', sum]) => [name, Number(sum)]),
  )
  const [RUNS, KEYS, SUSPECTS] = [30, 30, 30 * 500]
  const asAbove = (service: string) => RUNS * costOf(service).run + KEYS * costOf(service).key
  const LAMBDA_SECOND = 0.5 * 0.0000133334
  it.each([
    ['Step Functions', asAbove('Step Functions')],
    ['Lambda', asAbove('Lambda') + SUSPECTS * 0.15 * LAMBDA_SECOND],
    ['S3 requests', asAbove('S3') + (SUSPECTS * 2 * 0.005) / 1000],
    ['S3 storage', 0.65 * 0.023],
    ['logs', asAbove('logs')],
    ['hourly count', 720 * (LAMBDA_SECOND + 0.0000002)],
    ['alarms', count('AWS::CloudWatch::Alarm') * 0.1],
    ['dashboard', count('AWS::CloudWatch::Dashboard') * 3],
    ['metrics', 0.75],
  ])('costs for %s what its basis says', (name, amount) => {
    expect(rows.get(name)).toBeCloseTo(amount, 4)
  })

  it('is the sum of its rows', () => {
    const { total, ...others } = Object.fromEntries(rows)
    expect(Object.keys(others)).toHaveLength(9)
    expect(total).toBeCloseTo(sum(Object.values(others)), 6)
  })
})

it('the stack is far below the quota of CloudFormation, by docs/operations.md', () => {
  const [, most] = /keysweep's stack has less than (\d+)/.exec(unwrapped) ?? []
  // Serverless adds a function, its log group and its routes to each of ours.
  expect(Object.keys(resources).length + 3 * Object.keys(functions).length).toBeLessThan(Number(most))
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
    'What is asked?': ['Generate report'],
    'Report ready?': [...Array.from({ length: waits }, () => 'Wait for report'), 'Parse report'],
    'All checked?': [...Array.from({ length: slices - 1 }, () => 'Check suspects'), 'Read key events'],
    'All events read?': ['Make plan'],
    'Events too old?': ['Go ahead?'],
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
