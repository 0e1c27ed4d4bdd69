// An update that IAM denied. The roles deny the update of an exempt user's key: a tag or a move that came between the verdict
// and the write, or that the verdict did not see. Then the key is kept as exempt. Any other denial is a failure.
import { IamDenied } from '../core/model/errors.ts'
import type { UserFacts } from '../core/model/facts.ts'
import type { Verdict } from '../core/model/verdict.ts'
import { type Change, type KeyEnd, type KeyPorts, keyDeleted, nullIfNoSuchEntity, skipped } from './change-status.ts'
import { readAttempts } from './key-journal.ts'

/**
 * Reads path and tags again, and skips the key if they keep it.
 * @param judged the verdict with this path and these tags, and otherwise the facts of before the write
 * @throws the error itself if it is no denial, if an update may have been sent, or if the key would still be taken; and what
 *   IAM and the run store throw
 */
export async function skipIfExempt(
  { iam, store }: KeyPorts,
  { runId, user, accessKeyId }: Change,
  error: unknown,
  judged: (again: Pick<UserFacts, 'path' | 'tags'>) => Verdict,
): Promise<KeyEnd> {
  if (!(error instanceof IamDenied)) throw error
  const attempts = await readAttempts(store, runId, accessKeyId)
  if (attempts.sent) throw error
  const named = await nullIfNoSuchEntity(iam.user(user))
  if (named === null) return keyDeleted(attempts)
  const { path, tags } = named
  const verdicts = [judged({ path, tags }), judged({ path, tags: await iam.listTags(user) })]
  const kept = verdicts.find(({ verdict }) => verdict === 'kept')
  if (kept === undefined) throw error
  return skipped({ why: 'kept', verdict: kept }, attempts)
}
