// `npm run schemas`: writes the JSON Schema of what each command prints with --json to docs/json/, from the schemas that the
// code uses.
import { mkdirSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { notedAnswer, waitingList, waitingOrganizations } from '../core/model/decision-api.ts'
import {
  endOfExecution,
  explainedWithStory,
  keyStory,
  organizationListLine,
  runListLine,
  shownOrganizationRecord,
  shownRecord,
  stopped,
  validated,
} from '../core/model/printed.ts'

const FOLDER = 'docs/json'

/** Each document, with the commands that print it. */
export const PRINTED: Record<string, { of: string; schema: z.ZodType }> = {
  record: { of: 'run, apply, undo, demo and show <run>', schema: shownRecord },
  'organization-record': { of: 'the same, of an organization run', schema: shownOrganizationRecord },
  'run-list': { of: 'show', schema: z.array(z.union([runListLine, organizationListLine])) },
  'key-history': { of: 'show <key or user>', schema: z.array(keyStory) },
  explained: {
    of: 'explain <key>, and as a list explain <user>',
    schema: z.union([explainedWithStory, z.array(explainedWithStory)]),
  },
  'waiting-runs': {
    of: 'approve',
    schema: z.array(z.union([waitingList.shape.runs.element, waitingOrganizations.shape.runs.element])),
  },
  answer: { of: 'approve <run>', schema: notedAnswer },
  'execution-end': { of: 'run, apply and undo with --machine and no --store', schema: endOfExecution },
  stopped: { of: 'stop', schema: stopped },
  validated: { of: 'validate', schema: validated },
}

/** 'run-list' -> 'docs/json/run-list.schema.json' */
export const printedFile = (name: string): string => `${FOLDER}/${name}.schema.json`

/** The text of the file. A reader must accept new fields, so additional properties are allowed. */
export function printedText(name: string): string {
  const { of, schema } = PRINTED[name] ?? {}
  if (schema === undefined) throw new TypeError(`No document ${name}`)
  const jsonSchema = { description: `keysweep ${of}, with --json`, ...z.toJSONSchema(schema, { io: 'input' }) }
  return `${JSON.stringify(jsonSchema, null, 2)}\n`
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true })
  for (const name of Object.keys(PRINTED)) writeFileSync(printedFile(name), printedText(name))
}
