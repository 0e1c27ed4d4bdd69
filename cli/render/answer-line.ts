// The lines that a person types next, written with the words that started this command.
import { isRunId } from '../../core/model/ids.ts'
import { CLONE_COMMAND } from '../../core/texts/message-text.ts'
import { shownUrl } from '../../core/texts/shown-url.ts'
import type { Env } from '../../local/state-dir.ts'
import { isFoundHere } from '../../local/stores-here.ts'

/** From a clone of the repository, or from the package, as it is installed: npx may not look for it in a registry. */
export const COMMAND = import.meta.url.endsWith('.ts') ? CLONE_COMMAND : 'npx --no-install keysweep'

/** For a run on this machine; null for an id that does not belong in a command. @param location of the run store, as it was given; left out where commands look anyway */
export function answerLine(runId: string, location: string, env: Env): string | null {
  if (!isRunId(runId)) return null
  const store = isFoundHere(location, env) ? '' : ` --store ${inShell(location)}`
  return `${COMMAND} approve ${runId}${store}`
}

/** The line for each run of this store. */
export const answerCommandFor =
  ({ location }: { location: string }, env: Env) =>
  (runId: string): string =>
    answerLine(runId, location, env) ?? ''

/** For a run of the deployed machine, whose decision API may not be known here. */
export const answerLineThere = (runId: string, api: string | undefined): string | null =>
  !isRunId(runId)
    ? null
    : `${COMMAND} approve ${runId} --api ${api ? inShell(shownUrl(api)) : "'<address of the decision API>'"}`

/** As one word for a POSIX shell. */
export const inShell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
