// Shows the progress of a run.
import type { EngineEvent } from '../engine/step-functions.ts'

export interface Progress {
  show(event: EngineEvent): void
  /** Shows how many suspects are checked by now. */
  suspectChecked(checked: number, total: number): void
  /** Prints a line. */
  print(line: string): void
  /** Removes the line that the next one would overwrite. */
  close(): void
}
