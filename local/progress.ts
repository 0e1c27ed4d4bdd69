// Where a run on this machine is shown while it works.
import type { EngineEvent } from '../engine/step-functions.ts'

export interface Progress {
  show(event: EngineEvent): void
  /** A line of its own. */
  print(line: string): void
  /** Takes away whatever was to be overwritten. */
  close(): void
}
