// What the handlers need from outside: IAM, the run store, the clock. Only connections are kept between calls. IAM always
// belongs to an account, which the run's stored input names.

import type { DeployedMode } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { Caller } from '../core/model/facts.ts'
import type { ApprovalWanted, OrganizationApprovalWanted, OrganizationEnded, RunEnded } from '../core/model/messages.ts'
import type { Settings } from '../core/model/settings.ts'
import type { KeysweepEvent } from '../core/notify/event-schemas.ts'
import type { OpenRun } from '../core/run/beside.ts'
import type { FoundAccounts } from '../core/run/organization/select.ts'
import type { Iam } from '../io/iam/iam.ts'
import type { RunStore } from '../io/store/run-store.ts'
import type { AccountRun, IamUse } from '../io/sts/iam-use.ts'
import type { Trail } from '../io/trail/trail.ts'

export interface Ports {
  /**
   * The IAM of the run's account for this use, with one attempt of each call: the state machine retries. The calls name the
   * run. Without `member` the process's own credentials sign, else a session in that account. @throws AccountRefused
   */
  iamOf: (run: AccountRun, use: IamUse) => Iam
  /** The same, for the many reads of Check suspects: each call has its own retries. @throws AccountRefused */
  patientIamOf: (run: AccountRun, use: IamUse) => Iam
  store: RunStore
  now: () => Date
  /** Waits; tests pass their own. */
  pause: (milliseconds: number) => Promise<void>
}

/** For Deactivate key, and for the decision API. */
export interface BrakePort {
  /** The mode that is deployed now. A run that started earlier may have another. @throws SettingsRefused */
  deployedMode: () => DeployedMode
}

/** For Read key events. */
export interface TrailPort {
  /** CloudTrail's event history of the run's account; each of its calls has its own retries. `runId` null: for no run. @throws AccountRefused */
  trailOf: (run: AccountRun) => Trail
}

/** For Ask for approval; that of an organization run sends another message. */
export interface AskPort<Wanted = ApprovalWanted> {
  /** @throws NoticeFailed */
  notify: (message: Wanted) => Promise<void>
  /** The command that answers. */
  answerCommand: (runId: string) => string
}

/** For Write record: notifies programs and people of a run's end, after its record is stored. */
export interface OutcomePort<EndMessage = RunEnded> {
  /** Sends events to other programs. A repeated event has the same id. @throws NoticeFailed */
  publish: (events: KeysweepEvent[]) => Promise<void>
  /** Sends a message to people. @throws NoticeFailed */
  notifyOutcome: (message: EndMessage) => Promise<void>
  /** The command that shows the record of a run in the run store at `location`. */
  showCommand: (runId: string, location: string) => string
}

/** For the decision API. */
export interface WakePort {
  /**
   * Resumes the state that waits with this token. @returns false if it no longer waits
   * @throws MachineUnavailable
   */
  wake: (token: string) => Promise<boolean>
}

/** For Count waiting. */
export interface OpenRunsPort {
  /** The ids of the machine's running executions. @throws MachineUnavailable */
  openRuns: () => Promise<string[]>
  /** Those of the machine for organizations; none if there is no such machine. @throws MachineUnavailable */
  openOrganizationRuns: () => Promise<string[]>
}

/** What Step Functions says of an execution of this machine. */
export interface DescribedExecution {
  runId: string
  /** An ISO 8601 instant. */
  startedAt: string
  isRunning: boolean
  input: unknown
}

/** For Start run, and for Write record if Start run failed. */
export interface ExecutionPort {
  /** null: this machine has no such execution, or it is not listed yet. @throws MachineUnavailable */
  execution: (executionId: string) => Promise<DescribedExecution | null>
}

/** For Count waiting. */
export interface ListenPort {
  /** How many topics have no confirmed subscription. @throws NoticeFailed */
  topicsUnheard: () => Promise<number>
}

/** For Start run. */
export interface StartPort {
  /** Who signs this run's requests. @throws what IAM throws */
  caller: () => Promise<Caller>
  /** @throws SettingsRefused */
  settings: () => Settings
  /**
   * The id of another open run of this machine that started before this one and keeps it out; null if there is none.
   * @throws MachineUnavailable
   */
  otherOpenRun: (
    run: Pick<RunInput, 'runId' | 'executionId' | 'startedAt'>,
    keepsOut: (other: OpenRun) => boolean,
  ) => Promise<string | null>
  /**
   * The topic for messages, if nobody has a confirmed subscription to it; null if somebody has. Missing on one machine: a run
   * there asks on its terminal. @throws NoticeFailed
   */
  unheardTopic?: () => Promise<string | null>
}

/** For List accounts. */
export interface OrganizationPort {
  /** The accounts to select from, if the settings have no list of them. @throws OrganizationDenied | OrganizationUnavailable */
  foundAccounts: () => Promise<FoundAccounts>
  /** All tags of an account. @throws OrganizationDenied | OrganizationUnavailable */
  tagsOf: (account: string) => Promise<Record<string, string>>
  /** List accounts may take so many seconds until all tags are read; missing: as long as it takes. */
  secondsForTags?: number
}

/** On one machine: knows whether the process of a run has ended. */
export interface OverPort {
  /** Whether the process of this run has ended, for any reason: it sends nothing any more. */
  isRunOver: (runId: string) => Promise<boolean>
}

/** For Check suspects: shows its progress. */
export interface ProgressPort {
  /** @param checked number of the run's suspects that are checked so far, of `total` */
  suspectChecked: (checked: number, total: number) => void
}

/**
 * All that the handlers of an organization run need. Its runs in accounts are executions of their own, with ports of their
 * own.
 */
export type OrganizationRunPorts = Pick<Ports, 'store' | 'now' | 'pause'> &
  StartPort &
  ExecutionPort &
  OrganizationPort &
  AskPort<OrganizationApprovalWanted> &
  Partial<OutcomePort<OrganizationEnded>>

/** All that the handlers of a run need. OutcomePort is optional: a run on one machine shows its end on the terminal. */
export type RunPorts = Ports &
  BrakePort &
  StartPort &
  ExecutionPort &
  AskPort &
  TrailPort &
  Partial<OutcomePort & OverPort & ProgressPort>
