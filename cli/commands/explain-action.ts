// keysweep explain: reads one key's facts from IAM now, and shows their source and each row of the verdict table. It writes
// nothing to IAM and nothing to the run store.

import { refuseOtherAccount } from '../../core/model/settings.ts'
import { plainAll, plainJson } from '../../core/texts/plain.ts'
import { accessKeyPrefix } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { withHistoryOf } from '../../local/other-history.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { explainKey } from '../../views/explained-key.ts'
import { composeSettings } from '../options/settings.ts'
import { readSettingsFile, whichFileText } from '../options/settings-file.ts'
import { otherStores, refuseOddStore, storeOf } from '../options/store.ts'
import { explainedText } from '../render/explained-text.ts'
import { proseLines } from '../render/section.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ExplainOptions } from './explain.ts'

/** @returns the exit code. @throws UsageError, CannotAsk, SettingsRefused, and what IAM and the run store throw. */
export async function explain(accessKeyId: string, options: ExplainOptions, terminal: Terminal): Promise<number> {
  checkKeyId(accessKeyId)
  const file = await readSettingsFile(options.settings)
  const { settings } = composeSettings({ mode: 'plan', approval: 'never' }, options, file)
  refuseOddStore(options, terminal)
  const caller = await whoCalls()
  refuseOtherAccount(settings, caller.account)
  const store = storeOf(caller.account, options, terminal)
  const others = otherStores(store, caller.account, terminal)
  const ports = makePorts({ store: withHistoryOf(store, others), settings, caller })
  const explained = await explainKey(ports, { accessKeyId, policy: settings.policy, caller })
  const { stdout, stderr, env } = terminal
  stderr.write(`${proseLines(whichFileText(file), terminal.stderr).join('\n')}\n`)
  if (options.json) stdout.write(`${plainJson(JSON.stringify(explained))}\n`)
  else
    stdout.write(explainedText(plainAll(explained), { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }))
  return 0
}

function checkKeyId(accessKeyId: string): void {
  try {
    accessKeyPrefix(accessKeyId)
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}
