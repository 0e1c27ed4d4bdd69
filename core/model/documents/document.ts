// What the schemas of all stored documents share. A document's type is inferred from its schema. Fields that a later
// version adds are passed over, so that its documents stay readable; a field that an earlier version did not write has a
// default. `null` is "does not apply" or "not known", and the field's comment says which.
import * as z from 'zod'
import { formatZodIssues } from '../format-zod-issues.ts'
import { millisecondsOf } from '../instants.ts'
import { VERSION } from '../manifest.ts'

/** The schema of a JSON document. */
export const document = <Fields extends z.ZodRawShape>(fields: Fields) =>
  z.object({
    /** The version of keysweep that wrote it, from 0.2.0 on. The one writer adds it: steps/run-documents.ts. */
    keysweep: z.string().optional(),
    ...fields,
  })

/** What of a document does not fit its schema; and which version wrote it, if not this one. */
export function formatMisfit(value: unknown, error: z.ZodError): string {
  const version = z.object({ keysweep: z.string() }).safeParse(value).data?.keysweep ?? VERSION
  const writer = version === VERSION ? '' : ` (written by keysweep ${version.slice(0, 40)}, this is ${VERSION})`
  return `${formatZodIssues(error)}${writer}`
}

/** An ISO 8601 string with a zone, as keysweep writes them: "2026-09-11T13:15:19.000Z". */
export const instant = z.string().refine((text) => millisecondsOf(text) !== null, 'must be an ISO 8601 instant')
