// keysweep init: writes a commented keysweep.yml into the working directory. It replaces no file.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { plainLine } from '../../core/texts/plain.ts'
import { settingsFileText } from '../../core/texts/settings-file-text.ts'
import { systemErrorText } from '../../core/texts/system-error.ts'
import { UsageError } from '../../local/errors.ts'
import { EXIT } from '../exit-code.ts'
import { findSettingsFile, SETTINGS_FILES } from '../options/settings-file.ts'
import type { Terminal } from '../render/terminal.ts'

/** @returns the exit code. @throws UsageError if this folder has a settings file, or cannot be written; SettingsRefused */
export async function init({ stdout }: Terminal): Promise<number> {
  const [name] = SETTINGS_FILES
  const found = await findSettingsFile()
  if (found !== null && !found.isAbove)
    throw new UsageError(
      `${resolve(found.path)} exists. keysweep init replaces no file. To check it: keysweep validate`,
    )
  try {
    await writeFile(name, settingsFileText(), { flag: 'wx' })
  } catch (error) {
    throw new UsageError(`Cannot write ${resolve(name)}: ${systemErrorText(error)}.`, { cause: error })
  }
  stdout.write(`${plainLine(`Written: ${resolve(name)}`)}\n`)
  if (found !== null)
    stdout.write(
      `${plainLine(`In this folder and below, it replaces ${found.path}. The exemptions of that file do not apply here.`)}\n`,
    )
  return EXIT.clean
}
