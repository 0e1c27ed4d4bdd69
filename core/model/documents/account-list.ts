// orgs/<id>/accounts.json: the accounts of an organization run, and which of them it works on.
import * as z from 'zod'
import { document, instant } from './document.ts'
import { member } from './input.ts'

export const listedAccount = z.object({
  account: z.string(),
  /** As Organizations or the list calls it; null: it has no name there. */
  name: z.string().nullable(),
  /** Organizations' State; null: the accounts are from a list, or it says none. */
  state: z.string().nullable(),
  /** Organizations' path, "o-…/r-…/ou-…/<account>/"; null: the accounts are from a list, or it says none. */
  path: z.string().nullable(),
  /** When the account joined the organization; null: not known. */
  joinedAt: instant.nullable(),
  /** How the account ended before anything was asked of it; null: the run works on it. */
  end: z.enum(['excluded', 'not active']).nullable(),
  /** Why it ended so; null: it did not. */
  why: z.string().nullable(),
  member,
})

export type ListedAccount = z.infer<typeof listedAccount>

export const accountList = document({
  runId: z.string(),
  /** Where the accounts are from. `undone`: those that the undone run changed. */
  source: z.enum(['organizations', 'list', 'undone']),
  organizationId: z.string().nullable(),
  managementAccount: z.string().nullable(),
  accounts: z.array(listedAccount),
})

export type AccountList = z.infer<typeof accountList>
