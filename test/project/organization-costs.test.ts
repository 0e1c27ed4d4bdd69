// What docs/internals/performance.md says that an organization run takes on paper, held to both definitions and to its own
// arithmetic.
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import organizationMachine from '../../statemachine/organization.asl.json' with { type: 'json' }
import { definitionText } from './stack.ts'

const page = readFileSync('docs/internals/performance.md', 'utf8')
/** Paragraphs are wrapped where they happen to be. */
const unwrapped = page.replaceAll(/\s+/g, ' ')
const operations = readFileSync('docs/operations.md', 'utf8')

interface State {
  Type: string
  Next?: string
  Default?: string
  Choices?: { Next: string }[]
  MaxConcurrency?: number
}

interface Machine {
  StartAt: string
  States: Record<string, State>
}

/** States that an execution enters, none in its Maps, by way of what each Choice says. */
function transitions({ StartAt, States }: Machine, turns: Record<string, string>): number {
  let entered = 0
  for (let name: string | undefined = StartAt; name !== undefined; entered += 1) {
    const state: State | undefined = States[name]
    const choices = [...(state?.Choices ?? []).map(({ Next }) => Next), state?.Default]
    const next: string | undefined = state?.Type === 'Choice' ? turns[name] : state?.Next
    if (state?.Type === 'Choice') expect(choices).toContain(next)
    name = next
  }
  return entered
}

const account: Machine = JSON.parse(definitionText)
const organization: Machine = organizationMachine

const SURVEY = transitions(account, {
  'What is asked?': 'Generate report',
  'Report ready?': 'Parse report',
  'All checked?': 'Read key events',
  'All events read?': 'Make plan',
  'Next step?': 'Write record',
  'How did it end?': 'Done',
})
/** The report is waited for once, and asked for again. */
const WAITS = 3

const CHANGE = transitions(account, {
  'What is asked?': 'Read key events',
  'All events read?': 'Take stored plan',
  'Next step?': 'Deactivate keys',
  'How did it end?': 'Done',
})

const PARENT = transitions(organization, {
  'What is asked?': 'List accounts',
  'Next step?': 'Ask for organization approval',
  'Go ahead?': 'Change accounts',
  'How did it end?': 'Done',
})

const atOnce = (map: string): number => organization.States[map]?.MaxConcurrency ?? Number.NaN

/** One of three accounts has three stale keys. */
const CHANGED_OF = 3
const KEYS_EACH = 3
/** Assumed for one account, without cold starts. */
const SURVEY_SECONDS = 20
const CHANGE_SECONDS = 15
/** ListAccounts: 20 a page, 8 pages a second (Organizations quotas). */
const LISTED_A_SECOND = 20 * 8

/** Of a run and of a key, by docs/operations.md. */
const [, run = '', key = ''] = /^ {4}dollars = ([\d.]+) \+ ([\d.]+) × keys$/m.exec(operations) ?? []

it('counts the transitions as the definitions make them', () => {
  expect(unwrapped).toContain(
    `The organization machine enters ${PARENT} states with a question. Each account adds one, and ${SURVEY + WAITS} of its own run, for the survey. Each account with stale keys adds one more, and ${CHANGE} and one for each key, for the change`,
  )
  expect(page).toContain(`transitions = ${PARENT} + ${SURVEY + WAITS + 1} × accounts + ${CHANGE + 1} × changed + keys`)
  expect(unwrapped).toContain(`${atOnce('Survey accounts')} surveys and ${atOnce('Change accounts')} changes at once`)
})

it.each([1000, 10_000])('has the right sums for %d accounts', (accounts) => {
  const changed = Math.round(accounts / CHANGED_OF)
  const keys = changed * KEYS_EACH
  const count = PARENT + (SURVEY + WAITS + 1) * accounts + (CHANGE + 1) * changed + keys
  const perTransition = 0.000025
  const others = (accounts + changed) * (Number(run) + perTransition) + keys * Number(key) + PARENT * perTransition
  const seconds =
    accounts / LISTED_A_SECOND +
    (accounts / atOnce('Survey accounts')) * SURVEY_SECONDS +
    (changed / atOnce('Change accounts')) * CHANGE_SECONDS
  const cells = [
    accounts.toLocaleString('en'),
    changed.toLocaleString('en'),
    keys.toLocaleString('en'),
    count.toLocaleString('en'),
    (count * perTransition).toFixed(2),
    others.toFixed(2),
    (seconds / 60).toFixed(0),
  ]
  expect(page).toContain(`| ${cells.join(' | ')} |`)
})
