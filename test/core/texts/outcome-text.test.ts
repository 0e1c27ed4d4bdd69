import { expect, it } from '@jest/globals'
import type { OutcomeReason } from '../../../core/model/outcome-reason.ts'
import { LEFT_FOR_NEXT_RUN, outcomeReasonText } from '../../../core/texts/outcome-text.ts'
import { expectNoGap, expectOwnSentences, factsIn } from '../../support/error-facts.ts'

it.each<[OutcomeReason, string[]]>([
  [{ why: 'used-since-plan', planned: 'unused' }, ['unused']],
  [{ why: 'kept', verdict: { row: 'exempt', values: { by: 'path', path: '/service/' } } }, ['/service/']],
  [{ why: 'other-status', status: 'Expired' }, ['Expired']],
  [{ why: 'undo-refused', refusal: { why: 'deactivated-again', by: 'run-3' } }, ['run-3']],
  [{ why: 'error', error: 'IamDenied', message: 'no' }, ['IamDenied: no']],
  [{ why: 'left-out', by: 'ann' }, ['ann']],
  [{ why: 'not-confirmed', because: { why: 'error', error: 'IamDenied', message: 'no' } }, ['IamDenied: no']],
])('the reason %j holds its facts', (reason, facts) => {
  expect(outcomeReasonText(reason)).toEqual(factsIn(...facts))
  expectNoGap(outcomeReasonText(reason))
})

it('each reason has its sentence', () => {
  const reasons: OutcomeReason[] = [
    { why: 'key-deleted' },
    { why: 'run-closed' },
    { why: 'reactivated-since' },
    { why: 'already-active' },
    { why: 'undo-refused', refusal: { why: 'not-deactivated' } },
    { why: 'interrupted', when: null },
    { why: 'interrupted', when: 'before' },
    { why: 'interrupted', when: 'refused' },
    { why: 'left-out', by: null },
    { why: 'no-outcome' },
    { why: 'no-second-witness' },
    { why: 'switched-off' },
    { why: 'not-confirmed', because: { why: 'key-deleted' } },
    { why: 'not-confirmed', because: { why: 'interrupted', when: null } },
  ]
  expectOwnSentences([LEFT_FOR_NEXT_RUN, ...reasons.map(outcomeReasonText)])
})
