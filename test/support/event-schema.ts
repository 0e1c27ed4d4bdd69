// The schemas of our events as JSON Schema, in the form that docs/events.md shows.
import * as z from 'zod'
import { DETAILS, type EventType } from '../../core/notify/events.ts'

/** A receiver must take fields that were added: additional properties are not refused. */
export const schemaOf = (type: EventType): Record<string, unknown> =>
  z.toJSONSchema(DETAILS[type], {
    io: 'input',
    // That a whole number is one which JavaScript can hold says nothing to a receiver.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
