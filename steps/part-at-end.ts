// Whether a run that ends is a part of an organization run, which notifies people itself. Apart from part-of-organization.ts,
// which loads the settings and their YAML.
import * as z from 'zod'
import type { RunInput } from '../core/model/documents/input.ts'
import { accountRunId } from '../core/model/ids.ts'
import { saidByInput } from '../core/model/policy.ts'
import type { Ending } from './pass.ts'

/** What the input of an execution says of it, whatever else it says. */
const named = z.object({ organizationRun: saidByInput.shape.organizationRun.unwrap() })

/**
 * A run that was refused before its input was stored says it in the input of its execution. Its name must agree, so that no
 * other run hides its end.
 */
export function isPartAtEnd(runId: string, { stored, asked }: Ending<RunInput>): boolean {
  if (stored !== null) return stored.organizationRun !== null
  const read = named.safeParse(asked)
  if (!read.success) return false
  const { run, phase, account } = read.data.organizationRun
  return runId === accountRunId(run, phase, account)
}
