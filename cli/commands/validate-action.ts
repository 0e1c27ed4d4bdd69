// keysweep validate: checks the settings file by the rules of a run and of a deploy. It calls nothing.
import { resolve } from 'node:path'
import { namesOf } from '../../core/model/directions.ts'
import { SettingsRefused } from '../../core/model/errors.ts'
import { organizationFields } from '../../core/model/organization-fields.ts'
import { policyFields } from '../../core/model/policy-fields.ts'
import { readSettings, type SaidSettings, type Settings } from '../../core/model/settings.ts'
import { settingsFields } from '../../core/model/settings-fields.ts'
import { plain, plainJson } from '../../core/texts/plain.ts'
import { EXIT } from '../exit-code.ts'
import { readSettingsFile, type SettingsFile, whichFileText } from '../options/settings-file.ts'
import { table } from '../render/table.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ValidateOptions } from './validate.ts'

/** @returns the exit code. @throws SettingsRefused */
export async function validate(options: ValidateOptions, terminal: Terminal): Promise<number> {
  try {
    const file = await readSettingsFile(options.settings)
    const read = readSettings(file?.text ?? '', file?.path ?? '')
    terminal.stderr.write(`${whichFileText(file)}\n`)
    if (options.json) writeJson({ valid: true, file: pathOf(file), settings: read.settings }, terminal)
    else terminal.stdout.write(`${settingsTable(read, file, terminal)}\nThe settings are valid.\n`)
    return EXIT.clean
  } catch (error) {
    if (options.json && error instanceof SettingsRefused) writeJson({ valid: false, error: error.message }, terminal)
    throw error
  }
}

const pathOf = (file: SettingsFile | null): string | null => (file === null ? null : resolve(file.path))

const writeJson = (value: object, { stdout }: Terminal): void =>
  void stdout.write(`${plainJson(JSON.stringify(value))}\n`)

interface Row {
  name: string
  value: string
  from: string
}

/** Every setting, where the file does not set it with its default. */
function settingsTable(
  { settings, said }: { settings: Settings; said: SaidSettings },
  file: SettingsFile | null,
  { stdout, env }: Terminal,
): string {
  const row = (name: string, value: unknown, ofFile: unknown, byDefault = 'default'): Row => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    from: ofFile !== undefined && file !== null ? file.path : byDefault,
  })
  const { policy, organization } = settings
  const rows = [
    ...namesOf(settingsFields).map((name) => row(name, settings[name], said[name])),
    ...namesOf(policyFields).map((name) => {
      const { defaultOnOneMachine: here } = policyFields[name]
      const byDefault = here === undefined ? 'default' : `default; ${here} on one machine`
      return row(`policy.${name}`, policy[name], said.policy[name], byDefault)
    }),
    ...namesOf(organizationFields).map((name) =>
      row(`organization.${name}`, organization[name], said.organization[name]),
    ),
  ]
  const columns = [
    { head: 'Setting', cell: ({ name }: Row) => name },
    { head: 'Value', cell: ({ value }: Row) => plain(value) },
    { head: 'From', cell: ({ from }: Row) => plain(from) },
  ]
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env), indent: 0 }
  return `${table(rows, columns, style).join('\n')}\n`
}
