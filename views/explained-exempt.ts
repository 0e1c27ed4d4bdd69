// A user who is exempt by name or path, and whose keys IAM may not read here. A run does not read such a user either: the
// credential report has the name and the path.
import type { exemptionInReport } from '../core/judge/exemption.ts'
import type { IamDenied } from '../core/model/errors.ts'
import type { Caller } from '../core/model/facts.ts'
import type { Explained } from '../core/model/printed.ts'
import { ROW_NAMES, verdictText } from '../core/texts/verdict-text.ts'

interface Unread {
  accessKeyId: string
  user: string
  exempt: NonNullable<ReturnType<typeof exemptionInReport>>
  /** What IAM answered instead of the user's facts. */
  denied: IamDenied
  caller: Caller
}

/** The key of such a user, explained. */
export function explainUnread({ accessKeyId, user, exempt, denied, caller }: Unread): Explained {
  const verdict = exemptText(exempt)
  return {
    accessKeyId,
    user,
    verdict,
    note: [notRead(denied)],
    facts: [
      { fact: 'user', value: user, from: 'GetAccessKeyLastUsed' },
      { fact: 'caller', value: caller.arn, from: 'GetCallerIdentity' },
    ],
    rows: [{ row: ROW_NAMES.exempt, fits: verdict }],
  }
}

/** The same of the user, whose keys are not known, as one line. */
export const exemptUserText = ({ user, exempt, denied }: Pick<Unread, 'user' | 'exempt' | 'denied'>): string =>
  `All keys of user ${user} are ${exemptText(exempt)}. ${notRead(denied)}`

const exemptText = (exempt: Unread['exempt']): string => `kept: ${verdictText(exempt)}`

const notRead = (denied: IamDenied): string =>
  `The keys of this user could not be read. No run reads them, because the user is exempt. Received: ${denied.message}`
