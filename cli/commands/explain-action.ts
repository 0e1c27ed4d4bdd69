// keysweep explain: reads the facts of one key, or of each key of a user, from IAM now, and shows their source, each row of
// the verdict table and what runs did. It writes nothing to IAM and nothing to the run store.

import { exemptionInReport } from '../../core/judge/exemption.ts'
import { IamDenied } from '../../core/model/errors.ts'
import { ACCESS_KEY_ID, ACCESS_KEY_ID_IN_WORDS, isUserName, USER_NAME_IN_WORDS } from '../../core/model/ids.ts'
import type { Policy } from '../../core/model/policy.ts'
import type { ExplainedWithStory } from '../../core/model/printed.ts'
import { refuseOtherAccount } from '../../core/model/settings.ts'
import { plain, plainAll, plainJson } from '../../core/texts/plain.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { type AccountRun, READ } from '../../io/sts/iam-use.ts'
import { UsageError } from '../../local/errors.ts'
import { withHistoryOf } from '../../local/other-history.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls, withProfiles } from '../../local/who-calls.ts'
import { readEventsNow } from '../../steps/event-history.ts'
import { exemptUserText } from '../../views/explained-exempt.ts'
import { explainKey, keysNamed } from '../../views/explained-key.ts'
import { storyOf } from '../../views/key-story.ts'
import { lastRunsOn } from '../../views/last-runs.ts'
import { newestReport } from '../../views/seen-report.ts'
import { EXIT } from '../exit-code.ts'
import { composeSettings } from '../options/settings.ts'
import { readSettingsFile, whichFileText } from '../options/settings-file.ts'
import { otherStores, refuseOddStore, storeOf } from '../options/store.ts'
import { explainedText } from '../render/explained-text.ts'
import { sayUnreadable } from '../render/key-story-text.ts'
import { proseLines } from '../render/section.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ExplainOptions } from './explain.ts'
import { placeOf, placeText } from './explain-place.ts'

/** @returns the exit code: 1 if a document of the run store cannot be read. @throws UsageError, CannotAsk, SettingsRefused, and what IAM and the run store throw. */
export async function explain(named: string, options: ExplainOptions, terminal: Terminal): Promise<number> {
  checkName(named)
  const file = await readSettingsFile(options.settings)
  const { settings } = composeSettings({ mode: 'plan', approval: 'never' }, options, file)
  refuseOddStore(options, terminal)
  const caller = await whoCalls()
  refuseOtherAccount(settings, caller.account)
  const store = storeOf(caller.account, options, terminal)
  const others = otherStores(store, caller.account, terminal)
  const ports = makePorts({ store: withHistoryOf(store, others), settings, caller })
  const where = await placeOf(named, { ports, store, caller, accountOfKey }, options)
  if (where.account !== caller.account)
    terminal.stderr.write(`${proseLines(placeText(where), terminal.stderr).join('\n')}\n`)
  const signer = await withProfiles(caller, where.profiles)
  const run: AccountRun = { account: where.account, member: where.member, caller: signer, runId: null }
  const { policy } = settings
  const iam = ports.patientIamOf(run, READ)
  const found = await keysNamed(iam, named).catch((error) => exemptOrThrow(iam, error, { named, policy, run }))
  if (typeof found === 'string') return showExempt(found, options, terminal)
  const { keys, isUser } = found
  const events = await readEventsNow(ports, run)
  const verdictsOf = await lastRunsOn(store, where.account)
  const explained: ExplainedWithStory[] = []
  for (const accessKeyId of keys) {
    const { history, unreadable } = await storyOf([store, ...others], accessKeyId)
    const story = { history, ...(unreadable && { unreadable }), lastRuns: verdictsOf(accessKeyId) }
    explained.push({ ...(await explainKey(ports, { accessKeyId, policy, run, events })), ...story })
  }
  terminal.stderr.write(`${proseLines(whichFileText(file), terminal.stderr).join('\n')}\n`)
  if (options.json) terminal.stdout.write(`${plainJson(JSON.stringify(isUser ? explained : explained[0]))}\n`)
  else showText(explained, named, terminal)
  return sayUnreadable(explained, terminal.stderr) ? EXIT.clean : EXIT.failed
}

/** Loaded only for a key that is found nowhere. */
const accountOfKey = async (accessKeyId: string): Promise<string | null> => {
  const { readKeyAccount } = await import('../../io/sts/key-account.ts')
  return readKeyAccount(accessKeyId)
}

interface Named {
  named: string
  policy: Policy
  run: AccountRun
}

/** Why every key of this user is kept, if the user is exempt and IAM may not list the keys. @throws `error` otherwise */
async function exemptOrThrow(iam: Iam, error: unknown, { named, policy, run }: Named): Promise<string> {
  if (!(error instanceof IamDenied && isUserName(named)) || ACCESS_KEY_ID.test(named)) throw error
  const { path } = await newestReport(iam, named, run.account)
  const exempt = exemptionInReport({ user: named, path: path ?? '/' }, policy)
  if (exempt === null) throw error
  return exemptUserText({ user: named, exempt, denied: error })
}

/** Without ids there is no key to explain: --json prints an empty list. */
function showExempt(text: string, { json }: ExplainOptions, { stdout, stderr }: Terminal): number {
  if (json) stdout.write('[]\n')
  const to = json ? stderr : stdout
  to.write(`${proseLines(plain(text), to).join('\n')}\n`)
  return 0
}

function showText(explained: ExplainedWithStory[], user: string, { stdout, stderr, env }: Terminal): void {
  if (explained.length === 0) stderr.write(`${plain(`User ${user} has no access key.`)}\n`)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }
  stdout.write(explained.map((one) => explainedText(plainAll(one), style)).join('\n'))
}

/** @throws UsageError */
function checkName(named: string): void {
  if (ACCESS_KEY_ID.test(named) || isUserName(named)) return
  throw new UsageError(
    `Invalid name ${JSON.stringify(named)}: must be an access key id (${ACCESS_KEY_ID_IN_WORDS}) or the name of a user (${USER_NAME_IN_WORDS}).`,
  )
}
