// Errors whose `name` the state machine matches in Retry and Catch: the name is part of the interface, so it is written
// out as a literal and survives bundling. A message says what happened to which thing, the rule, and what was received.

/** The settings file breaks a rule, or does not allow this account. Nothing was started. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused' as const
}

/** The execution's input breaks a rule, or loosens what was deployed. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused' as const
}

/** Another execution has used this run id: its objects are not ours to add to. */
export class RunIdTaken extends Error {
  override readonly name = 'RunIdTaken' as const
}

/** Another run of this machine is waiting or working. */
export class AnotherRunOpen extends Error {
  override readonly name = 'AnotherRunOpen' as const
}

/** The deployed mode is `off`: no run starts. */
export class SwitchedOff extends Error {
  override readonly name = 'SwitchedOff' as const
}

/** Step Functions does not know the execution that a function was called for, or says something else of it. */
export class ExecutionNotConfirmed extends Error {
  override readonly name = 'ExecutionNotConfirmed' as const
}

/** A function was called without the run's pass: not by the execution of the run. */
export class PassRefused extends Error {
  override readonly name = 'PassRefused' as const
}

/** The report was not COMPLETE after all the attempts there are. */
export class ReportNotReady extends Error {
  override readonly name = 'ReportNotReady' as const
}

/** IAM is still making the report: wait and ask again. */
export class ReportInProgress extends Error {
  override readonly name = 'ReportInProgress' as const
}

/** The report is older than IAM hands out: generate a new one. */
export class ReportExpired extends Error {
  override readonly name = 'ReportExpired' as const
}

/** There is no report: generate one. */
export class ReportNotPresent extends Error {
  override readonly name = 'ReportNotPresent' as const
}

/** The report is empty, cut short, foreign, too old, or not one we know. */
export class ReportRefused extends Error {
  override readonly name = 'ReportRefused' as const
}

/** The time is not one at which this run can be at work: by a wrong clock every term would be wrong. */
export class ClockRefused extends Error {
  override readonly name = 'ClockRefused' as const
}

/** This process has no credentials for the account: the ones it has are another account's. */
export class AccountRefused extends Error {
  override readonly name = 'AccountRefused' as const
  readonly carriedOut = 'no' as const
}

/** STS does not let this run assume a role in the account: the role is missing, does not trust us, or a policy denies it. */
export class MemberRoleDenied extends Error {
  override readonly name = 'MemberRoleDenied' as const
  readonly carriedOut = 'no' as const
}

/** AWS Organizations may not be read: no permission, no delegated administrator, or the account is in no organization. */
export class OrganizationDenied extends Error {
  override readonly name = 'OrganizationDenied' as const
}

/** AWS Organizations did not answer, or not with accounts. */
export class OrganizationUnavailable extends Error {
  override readonly name = 'OrganizationUnavailable' as const
}

/** Too many suspects could not be read for the run to say anything. */
export class FactsUnreadable extends Error {
  override readonly name = 'FactsUnreadable' as const
}

/** The plan in the store is not the one that was decided on, or does not hold this key. */
export class PlanRefused extends Error {
  override readonly name = 'PlanRefused' as const
}

/** IAM asks us to slow down; the call was not carried out. */
export class IamThrottled extends Error {
  override readonly name = 'IamThrottled' as const
  readonly carriedOut = 'no' as const
}

/** IAM did not answer, or answered with its own fault: a write may or may not have been carried out. */
export class IamUnavailable extends Error {
  override readonly name = 'IamUnavailable' as const
  readonly carriedOut = 'unknown' as const
}

/** IAM's answer lacks what it must contain: a write may or may not have been carried out. */
export class IamAnswerError extends Error {
  override readonly name = 'IamAnswerError' as const
  readonly carriedOut = 'unknown' as const
}

/** IAM refused the call: the permission is missing, or the credentials are missing, wrong or expired. */
export class IamDenied extends Error {
  override readonly name = 'IamDenied' as const
  readonly carriedOut = 'no' as const
}

/** IAM refuses the call for any other reason. */
export class IamRefused extends Error {
  override readonly name = 'IamRefused' as const
  readonly carriedOut = 'no' as const
}

/** CloudTrail's event history may not be read: the permission is missing, or a service control policy denies it. */
export class KeyEventsDenied extends Error {
  override readonly name = 'KeyEventsDenied' as const
}

/** CloudTrail did not answer, or not with events. */
export class KeyEventsUnavailable extends Error {
  override readonly name = 'KeyEventsUnavailable' as const
}

/** The settings require CloudTrail's event history (`keyEvents: required`), and it was not read as far as it goes. */
export class NoSecondWitness extends Error {
  override readonly name = 'NoSecondWitness' as const
}

/** The user or the key does not exist (any more). */
export class NoSuchEntity extends Error {
  override readonly name = 'NoSuchEntity' as const
  readonly carriedOut = 'no' as const
}

/** The update was sent, or may have been, and the key was not seen Inactive in time. */
export class UpdateNotConfirmed extends Error {
  override readonly name = 'UpdateNotConfirmed' as const
}

/** The run store did not answer. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable' as const
}

/** The run store refused a read or a write: it is not allowed, or not possible. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused' as const
}

/** The run store answers, and what it holds is missing or not what an earlier step writes. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged' as const
}

/** Every plan of this run must be approved, and nobody has subscribed to the messages that ask for it. */
export class NobodyListens extends Error {
  override readonly name = 'NobodyListens' as const
}

/** People could not be notified, so nobody would answer. */
export class NoticeFailed extends Error {
  override readonly name = 'NoticeFailed' as const
}

/** Step Functions did not answer: the machine may or may not have been woken. */
export class MachineUnavailable extends Error {
  override readonly name = 'MachineUnavailable' as const
}

/** The question was answered before it was put again: read the decision. */
export class AlreadyDecided extends Error {
  override readonly name = 'AlreadyDecided' as const
}

/** Ask for approval ended before the term of the approval was over, and nobody had answered. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered' as const
}
