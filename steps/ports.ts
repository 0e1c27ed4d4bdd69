// What the handlers need from the world, handed to them: IAM, the run store, the clock. Nothing here is kept between
// calls but the connections. IAM is always that of an account, which the run's stored input names.

import type { RunInput } from '../core/model/documents/input.ts'
import type { Caller } from '../core/model/facts.ts'
import type { ApprovalWanted, RunEnded } from '../core/model/messages.ts'
import type { Settings } from '../core/model/settings.ts'
import type { KeysweepEvent } from '../core/notify/events.ts'
import type { Iam } from '../io/iam/iam.ts'
import type { RunStore } from '../io/store/run-store.ts'

export interface Ports {
  /** The account's IAM, for calls that the state machine retries: each is made once. @throws AccountRefused */
  iamOf: (account: string) => Iam
  /** The account's IAM, for the many reads of Check suspects: each call is retried where the pace is known. @throws AccountRefused */
  patientIamOf: (account: string) => Iam
  store: RunStore
  now: () => Date
  /** Waits; tests hand in a clock of their own. */
  pause: (milliseconds: number) => Promise<void>
}

/** Ask for approval tells people. */
export interface AskPort {
  /** @throws NoticeFailed */
  notify: (message: ApprovalWanted) => Promise<void>
  /** The line to answer with. */
  answerCommand: (runId: string) => string
}

/** Write record lets programs and people know how a run ended, once its record stands. */
export interface OutcomePort {
  /** Hands events to other programs. What is sent again has the same ids. @throws NoticeFailed */
  publish: (events: KeysweepEvent[]) => Promise<void>
  /** Tells people. @throws NoticeFailed */
  notifyOutcome: (message: RunEnded) => Promise<void>
  /** The line that shows the record of a run in a run store. */
  showCommand: (runId: string, location: string) => string
}

/** The decision API wakes the machine that waits. */
export interface WakePort {
  /**
   * Lets the state that gave out this token go on; false where it has gone on already.
   * @throws MachineUnavailable
   */
  wake: (token: string) => Promise<boolean>
}

/** Count waiting asks which runs of the machine are open. */
export interface OpenRunsPort {
  /** Their ids. @throws MachineUnavailable */
  openRuns: () => Promise<string[]>
}

/** Start run alone needs to know who it is, the deployed settings, and what else runs. */
export interface StartPort {
  /** Who this run signs as. @throws what IAM throws */
  caller: () => Promise<Caller>
  /** @throws SettingsRefused */
  settings: () => Settings
  /**
   * The id of another run of this machine that was started before this one and waits or works; null: there is none.
   * @throws MachineUnavailable
   */
  otherOpenRun: (run: Pick<RunInput, 'runId' | 'executionId' | 'startedAt'>) => Promise<string | null>
}

/** Whoever keeps the runs of a store apart may know of one that nothing comes of it any more. */
export interface OverPort {
  /** Whether the process of this run has ended, however that was: it sends nothing any more. */
  isRunOver: (runId: string) => Promise<boolean>
}

/** Check suspects says how far it is, where somebody waits for it. */
export interface ProgressPort {
  /** @param checked suspects of the run that are checked by now, of `total` */
  suspectChecked: (checked: number, total: number) => void
}

/** All that the handlers of a run need. A run on one machine ends before the eyes of whoever it concerns. */
export type RunPorts = Ports & StartPort & AskPort & Partial<OutcomePort & OverPort & ProgressPort>
