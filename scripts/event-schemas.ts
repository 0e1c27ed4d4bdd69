// `npm run schemas`: writes the JSON Schema of each event's detail to docs/events/, from the schemas that the code uses.
import { mkdirSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { DETAILS, type EventType } from '../core/notify/event-schemas.ts'

const FOLDER = 'docs/events'

/** 'Key Deactivated' -> 'docs/events/key-deactivated.schema.json'. */
export const schemaFile = (type: EventType): string =>
  `${FOLDER}/${type.toLowerCase().replaceAll(' ', '-')}.schema.json`

/** The text of the file. A receiver must accept new fields, so additional properties are allowed. */
export const schemaText = (type: EventType): string => `${JSON.stringify(schemaOf(type), null, 2)}\n`

/** The JSON Schema of an event's detail. */
export const schemaOf = (type: EventType): Record<string, unknown> =>
  z.toJSONSchema(DETAILS[type], {
    io: 'input',
    // The largest integer that JavaScript can hold is of no use to a receiver.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true })
  for (const type of Object.keys(DETAILS) as EventType[]) writeFileSync(schemaFile(type), schemaText(type))
}
