// The IAM calls that keysweep makes, for one account.
import type {
  AccountRefused,
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  MemberRoleDenied,
  NoSuchEntity,
} from '../../core/model/errors.ts'
import type { LastUsed } from '../../core/model/facts.ts'

/** What every call may throw. `carriedOut` says whether a write that failed with it was carried out. */
export type IamError =
  | IamThrottled
  | IamUnavailable
  | IamAnswerError
  | IamDenied
  | IamRefused
  | NoSuchEntity
  | MemberRoleDenied
  | AccountRefused

export interface AccessKey {
  accessKeyId: string
  status: string
  /** ISO 8601; null if IAM's answer has no usable date. */
  createdAt: string | null
}

/**
 * Every answer is checked; an incomplete one is an IamAnswerError.
 * All calls throw IamThrottled, IamUnavailable, IamAnswerError, IamDenied and IamRefused. Calls that name a user or key also
 * throw NoSuchEntity. In a member account every call may also throw MemberRoleDenied, if STS refuses the role, and
 * AccountRefused, if the role's credentials are another account's: then nothing was sent to IAM.
 */
export interface Iam {
  generateReport(): Promise<'STARTED' | 'INPROGRESS' | 'COMPLETE'>
  /** @throws ReportInProgress | ReportExpired | ReportNotPresent as well */
  getReport(): Promise<{ content: string; generatedAt: string }>
  listAccessKeys(user: string): Promise<AccessKey[]>
  lastUsed(accessKeyId: string, user: string): Promise<LastUsed>
  /** The name of the user who has the key. */
  ownerOf(accessKeyId: string): Promise<string>
  listTags(user: string): Promise<Record<string, string>>
  /**
   * The path, the creation and the tags of a user, from an answer that names the user. AWS does not document that GetUser
   * returns every tag: use its tags in addition to listTags, never instead.
   */
  user(user: string): Promise<{ path: string; createdAt: string; tags: Record<string, string> }>
  setStatus(user: string, accessKeyId: string, status: 'Active' | 'Inactive'): Promise<void>
}
