// The IAM of one account, as keysweep needs it.
import type {
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  NoSuchEntity,
} from '../../core/model/errors.ts'
import type { LastUsed } from '../../core/model/facts.ts'

/** What every call may throw. `carriedOut` says whether a write that failed so was carried out. */
export type IamError = IamThrottled | IamUnavailable | IamAnswerError | IamDenied | IamRefused | NoSuchEntity

export interface AccessKey {
  accessKeyId: string
  status: string
  /** null where IAM's answer has no usable date. */
  createdAt: string | null
}

/**
 * Every answer is checked for what it must contain; one that lacks it is an IamAnswerError.
 * All calls throw IamThrottled, IamUnavailable, IamAnswerError, IamDenied, IamRefused; those that name a user or key also NoSuchEntity.
 */
export interface Iam {
  generateReport(): Promise<'STARTED' | 'INPROGRESS' | 'COMPLETE'>
  /** @throws ReportInProgress | ReportExpired | ReportNotPresent as well */
  getReport(): Promise<{ content: string; generatedAt: string }>
  listAccessKeys(user: string): Promise<AccessKey[]>
  lastUsed(accessKeyId: string, user: string): Promise<LastUsed>
  /** Whose key it is. */
  ownerOf(accessKeyId: string): Promise<string>
  listTags(user: string): Promise<Record<string, string>>
  /**
   * The path and the tags of a user, in an answer that names the user. That GetUser always tells every tag is nowhere
   * said: what it tells counts besides listTags, never instead.
   */
  user(user: string): Promise<{ path: string; tags: Record<string, string> }>
  setStatus(user: string, accessKeyId: string, status: 'Active' | 'Inactive'): Promise<void>
}
