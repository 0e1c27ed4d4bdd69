// Asks once before a command changes keys: a wrong profile shows itself by the account.
import type { Caller } from '../../core/model/facts.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { plain } from '../../core/texts/plain.ts'
import { NotConfirmed, UsageError } from '../../local/errors.ts'
import { proseLines } from '../render/section.ts'
import { isInteractive, type Terminal } from '../render/terminal.ts'
import { typedLine } from '../render/typed-line.ts'

interface ConfirmOptions {
  yes?: boolean | undefined
}

/** Not a single letter: it is typed by habit. */
const CONSENT = 'yes'

/** Refuses a command that nobody can confirm, before AWS is called. @throws UsageError */
export function refuseUnconfirmed({ yes }: ConfirmOptions, terminal: Terminal): void {
  if (yes || isInteractive(terminal)) return
  throw new UsageError(
    'Nobody can confirm the account: a command that deactivates keys needs a terminal, or --yes. Nothing was started. Add --yes if the credentials are those of the right account.',
  )
}

/**
 * Asks on the terminal, unless --yes is given. Without a terminal nothing is asked.
 * @param what "Deactivate stale keys"
 * @throws NotConfirmed for any answer but "yes"
 */
export async function confirmAccount(
  what: string,
  { account, accountAlias }: Caller,
  { yes }: ConfirmOptions,
  terminal: Terminal,
): Promise<void> {
  await confirm(`${what} in account ${accountText(account, accountAlias)}?`, { yes }, terminal)
}

/** Asks a question on the terminal, unless --yes is given. Without a terminal nothing is asked. @throws NotConfirmed */
export async function confirm(question: string, { yes }: ConfirmOptions, terminal: Terminal): Promise<void> {
  if (yes || !isInteractive(terminal)) return
  const { stderr } = terminal
  const typed = await typedLine(terminal, `${proseLines(`${question} Type ${CONSENT}:`, stderr).join('\n')} `)
  if (typed === CONSENT) return void stderr.write('\n')
  const received = typed === null ? '' : ` Received ${JSON.stringify(plain(typed))}.`
  throw new NotConfirmed(`Not confirmed, nothing was started: type ${CONSENT}, or pass --yes.${received}`)
}
