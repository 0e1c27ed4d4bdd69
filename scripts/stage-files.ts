// The files of one stage, under stages/: <stage>.yml has the parameters of its deploy, <stage>.keysweep.yml its settings. Without
// them, the defaults of serverless.yml and keysweep.yml apply. No release brings a file of these names, so `git pull` never
// conflicts with them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { SettingsRefused } from '../core/model/errors.ts'

const STAGES = 'stages'

/** The names of both files of a stage, relative to the project. */
export const filesOf = (stage: string) => ({
  parameters: `${STAGES}/${stage}.yml`,
  settings: `${STAGES}/${stage}.keysweep.yml`,
})

/** The settings file of a stage, relative to `folder`: its own, or else the one for every stage. */
export function settingsFileOf(folder: string, stage: string, forEveryStage: string): string {
  const { settings } = filesOf(stage)
  return existsSync(path.join(folder, settings)) ? settings : forEveryStage
}

/**
 * A file that would be passed over is refused: its exemptions would be lost without a word.
 * @param known the parameters of a deploy
 * @param given the parameters of the command line, as `name=value`
 * @throws SettingsRefused
 */
export function checkStageFiles(folder: string, stage: string, known: string[], given: string[] = []): void {
  refuseOtherNames(folder, stage)
  refuseUnknown(
    '--param',
    given.map((one) => one.slice(0, one.indexOf('='))),
    known,
  )
  const { parameters } = filesOf(stage)
  if (!existsSync(path.join(folder, parameters))) return
  refuseUnknown(parameters, namesIn(parameters, readFileSync(path.join(folder, parameters), 'utf8')), known)
}

function refuseOtherNames(folder: string, stage: string): void {
  const files = existsSync(path.join(folder, STAGES)) ? readdirSync(path.join(folder, STAGES)) : []
  const own = Object.values(filesOf(stage))
  const other = files.map((file) => `${STAGES}/${file}`).find((file) => isAbout(stage, file) && !own.includes(file))
  if (other === undefined) return
  throw new SettingsRefused(`${other}: no file of stage "${stage}" has this name. Rename it to ${own.join(' or ')}.`)
}

/** `prod.yaml`, `Prod.keysweep.yml`: about the stage prod, to a person. */
const isAbout = (stage: string, file: string): boolean =>
  file.toLowerCase().startsWith(`${STAGES}/${stage}.`.toLowerCase()) && /\.ya?ml$/i.test(file)

function namesIn(file: string, text: string): string[] {
  const content = yamlOf(file, text) ?? {}
  if (typeof content !== 'object' || Array.isArray(content))
    throw new SettingsRefused(`${file}: must be a list of parameters such as "timeZone: Europe/Berlin".`)
  for (const [name, value] of Object.entries(content))
    if (typeof value === 'object') throw new SettingsRefused(`${file}: ${name} must have one value.`)
  return Object.keys(content)
}

function yamlOf(file: string, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new SettingsRefused(`${file}: invalid YAML: ${(error as Error).message.split('\n')[0]}`)
  }
}

function refuseUnknown(where: string, names: string[], known: string[]): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new SettingsRefused(`${where}: unknown parameter "${unknown}". Known: ${known.join(', ')}.`)
}
