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
  /** An event of the run in this account. Of a Map: its start, and the end of each iteration. */
  of(account: string, event: EngineEvent): void
  suspectChecked(account: string, checked: number, total: number): void
  /** The run in this account has found so many stale keys. */
  planned(account: string, keys: number): void
  /** @param end how its run ended */
  accountEnded(account: string, end: string): void
}

/** Shows the progress of a run in one account, which is a part of an organization run. */
export interface AccountProgress extends Pick<Progress, 'show' | 'suspectChecked'> {
  /** The run has found so many stale keys. */
  planned(keys: number): void
}

export const progressIn = (
  { of, suspectChecked, planned }: Pick<OrganizationProgress, 'of' | 'suspectChecked' | 'planned'>,
  account: string,
): AccountProgress => ({
  show: (event) => of(account, event),
  suspectChecked: (checked, total) => suspectChecked(account, checked, total),
  planned: (keys) => planned(account, keys),
})
