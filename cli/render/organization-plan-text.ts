// An organization plan as the person reads it who decides on it: every account with keys to deactivate, those that ended
// already, and why a person is asked. The keys of an account are shown with --account.
import type { AccountEnd } from '../../core/model/closed-sets.ts'
import type { AccountPlan, OrganizationPlan } from '../../core/model/documents/organization-plan.ts'
import { isRunId } from '../../core/model/ids.ts'
import { isToChange } from '../../core/run/organization/plan.ts'
import { IF_APPLIED_WORDS } from '../../core/texts/approval-text.ts'
import { accountsOf, keysOf } from '../../core/texts/counts.ts'
import { plainAll } from '../../core/texts/plain.ts'
import { listing } from './listing.ts'
import { ACCOUNT_CARDS_BELOW } from './organization-text.ts'
import { hanging, section, type TextOptions } from './section.ts'
import type { Column } from './table.ts'

export interface ShownOrganizationPlan {
  plan: OrganizationPlan
  sha256: string
  /** Ids of keys and of accounts that the answer is to leave out. */
  leaveOut: string[]
  /** The command that shows the keys of one account: "keysweep approve <run> --account <id>". */
  accountCommand: string
}

const LABEL_WIDTH = 16

/** The plan's text, ending in a newline. What came from the accounts is made safe to print here. */
export function organizationPlanText(shown: ShownOrganizationPlan, options: TextOptions): string {
  const { plan, sha256, leaveOut, accountCommand } = plainAll(shown)
  const going = plan.accounts.filter(isToChange).toSorted((a, b) => b.keys - a.keys)
  const title = `Organization run ${plan.runId} asks to deactivate ${keysOf(keysToChange(plan))}`
  const rows = listing(going, columnsOf(leaveOut, options), { ...options, cardsBelow: ACCOUNT_CARDS_BELOW })
  const line = (label: string, text: string) => hanging(label.padEnd(LABEL_WIDTH), text, options.columns)
  const others = endsOf(plan.accounts)
  const lines = [
    ...section(title, `in ${accountsOf(going.length)}, most keys first`, options, rows),
    '',
    ...(others === '' ? [] : line('Not in the plan', others)),
    ...line('Why you decide', plan.approvalReasons.join('; ')),
    ...line('Answer until', `${plan.answerUntil}; no answer means no`),
    // Never folded: a person compares and copies it.
    `${'Plan (sha256)'.padEnd(LABEL_WIDTH)}${sha256}`,
    ...(leaveOut.length === 0 ? [] : line('Left out', leaveOut.join(', '))),
    ...(isRunId(plan.runId) ? [`${'Keys'.padEnd(LABEL_WIDTH)}${accountCommand}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** How many keys the plan would deactivate, in all accounts. */
export const keysToChange = ({ accounts }: OrganizationPlan): number =>
  accounts.filter(isToChange).reduce((sum, account) => sum + account.keys, 0)

const LEAST_NAME = 12

const columnsOf = (leaveOut: string[], { colours }: TextOptions): Column<AccountPlan>[] => [
  {
    head: 'Account',
    cell: ({ account }) => (leaveOut.includes(account) ? `${account} (left out)` : account),
    paint: (text, { account }) => (leaveOut.includes(account) ? colours.dim(text) : text),
  },
  { head: 'Name', cell: ({ name }) => name ?? '–', card: ({ name }) => name ?? '', least: LEAST_NAME, inTitle: true },
  { head: 'Keys', align: 'right', cell: ({ keys }) => String(keys), card: ({ keys }) => keysOf(keys), inTitle: true },
  {
    head: 'Active keys',
    align: 'right',
    cell: ({ activeKeys }) => String(activeKeys),
    card: ({ activeKeys }) => `of ${activeKeys} active`,
    inTitle: true,
  },
  {
    head: 'Own plan',
    cell: ({ ifApplied }) => (ifApplied === null ? '–' : IF_APPLIED_WORDS[ifApplied]),
    paint: (text, { ifApplied }) => (ifApplied === 'go' ? text : colours.yellow(text)),
  },
  { head: 'Why', cell: ({ why }) => why.join('; ') },
]

/** "25 nothing to do, 2 excluded, unreachable: 111122223333" */
function endsOf(accounts: AccountPlan[]): string {
  const byEnd = Map.groupBy(accounts, ({ end }) => end)
  return [...byEnd]
    .flatMap(([end, of]) =>
      end === null ? [] : [`${of.length} ${end}${NAMED.includes(end) ? ` (${namesOf(of)})` : ''}`],
    )
    .join(', ')
}

/** Ends of which a person who decides must know the accounts. */
const NAMED: AccountEnd[] = ['failed', 'unreachable', 'busy']
const MOST_NAMED = 5

function namesOf(accounts: AccountPlan[]): string {
  const named = accounts.slice(0, MOST_NAMED).map(({ account }) => account)
  return accounts.length > named.length
    ? `${named.join(', ')} and ${accounts.length - named.length} more`
    : named.join(', ')
}
