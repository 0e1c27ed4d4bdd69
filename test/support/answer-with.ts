// A person who answers a waiting run at once, over the decision API.
import { eventOf } from './waiting.ts'
import type { ApprovalRequest } from './world.ts'

/** Approves, unless `body` says otherwise. */
export const answerWith =
  (body: object) =>
  ({ decide, message }: Pick<ApprovalRequest, 'decide' | 'message'>) =>
    decide(
      eventOf({
        method: 'POST',
        path: `/runs/${message.runId}/decision`,
        body: JSON.stringify({ plan: message.plan, answer: 'approve', ...body }),
      }),
    )
