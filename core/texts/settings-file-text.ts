// keysweep.yml with every setting, its default and a comment, made from the tables of settings.
import { namesOf } from '../model/directions.ts'
import { organizationFields } from '../model/organization-fields.ts'
import { policyFields } from '../model/policy-fields.ts'
import { settingsFields } from '../model/settings-fields.ts'

const COLUMNS = 100

const HEAD =
  "The settings of keysweep: what is stale, what is kept, and how much one run may change. `keysweep run` uses this file in its folder and all folders below, `serverless deploy` in the repository. All values are the defaults. An execution's input may tighten these values, and never loosen them."

const OF_ORGANIZATION = 'Only for a run over all accounts of an AWS Organization: keysweep run --organization.'

/** The content of a new keysweep.yml. It sets every field to its default; it changes nothing until somebody edits it. */
export function settingsFileText(): string {
  const beside = namesOf(settingsFields).map((name) => {
    const { comment, default: value } = settingsFields[name]
    return `${commented(comment, '')}${name}: ${yamlOf(value)}\n\n`
  })
  const policy = namesOf(policyFields).map((name) => {
    const { comment, default: value, defaultOnOneMachine: here } = policyFields[name]
    if (here === undefined) return `${commented(comment, '  ')}  ${name}: ${yamlOf(value)}\n`
    // A value in the file would hold in both places.
    const unset = `${comment} Not set here: the default is ${yamlOf(value)} deployed and ${yamlOf(here)} on one machine.`
    return `${commented(unset, '  ')}  # ${name}: ${yamlOf(value)}\n`
  })
  const organization = namesOf(organizationFields).map((name) => {
    const { comment, default: value } = organizationFields[name]
    return `${commented(comment, '  ')}  ${name}: ${yamlOf(value)}\n`
  })
  return `${commented(HEAD, '')}\n${beside.join('')}policy:\n${policy.join('')}\n${commented(OF_ORGANIZATION, '')}organization:\n${organization.join('')}`
}

/** A word of a closed set needs no quotes in YAML; everything else is written as in JSON. */
const yamlOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The text as lines of a comment. */
function commented(text: string, indent: string): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && indent.length + line.length < COLUMNS) lines[lines.length - 1] = line
    else lines.push(` ${word}`)
  }
  return lines.map((line) => `${indent}#${line}\n`).join('')
}
