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

/** Shows the progress of an organization run. */
export interface OrganizationProgress extends Pick<Progress, 'show' | 'print' | 'close'> {
  /** How people call the accounts, by id. */
  named(names: Map<string, string>): void
  /** A run in this account has started. */
  started(account: string): void
  /** An event of the run in this account. */
  of(account: string, event: EngineEvent): void
  suspectChecked(account: string, checked: number, total: number): void
  /** The run in this account has found so many stale keys. */
  planned(account: string, keys: number): void
  /** @param end how its run ended */
  accountEnded(account: string, end: string): void
}
