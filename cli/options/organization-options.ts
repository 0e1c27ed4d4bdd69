// The options that name the accounts of a run. What they mean is in organization.ts, which help does not load.
import type { DeclaredOption, OptionsOf } from './declare.ts'

/** Of `run`. */
export const ORGANIZATION = [
  {
    flags: '--organization',
    help: 'run over every account of the AWS Organization, with one plan and one decision; it needs credentials that may list the accounts',
  },
  {
    flags: '--accounts <file>',
    help: 'the same over the accounts of this file, each with its role or profile; AWS Organizations is not asked',
  },
  {
    flags: '--exclude <id>',
    help: 'leave out this account or organizational unit (repeatable)',
    repeatable: true,
  },
  {
    flags: '--ou <id>',
    help: 'only accounts under this organizational unit, at any depth (repeatable)',
    repeatable: true,
  },
  {
    flags: '--tag <key=value>',
    help: 'only accounts with this tag in AWS Organizations (repeatable)',
    repeatable: true,
  },
] as const satisfies DeclaredOption[]

export type OrganizationOptions = OptionsOf<typeof ORGANIZATION>
