// Which runs that end are a part of an organization run, as a table.
import { expect, it } from '@jest/globals'
import { accountRunId } from '../../core/model/ids.ts'
import { isPartAtEnd } from '../../steps/part-at-end.ts'
import { ACCOUNT, ORG } from '../support/organization-run.ts'
import { inputOf } from '../support/waiting.ts'

const CHILD = accountRunId(ORG, 'survey', ACCOUNT)
const PART = { run: ORG, phase: 'survey', account: ACCOUNT }
const whole = inputOf()
const part = inputOf({ organizationRun: { run: ORG, phase: 'survey' } })

it.each<[string, string, ReturnType<typeof inputOf> | null, unknown, boolean]>([
  ['whose stored input says so', CHILD, part, null, true],
  ['whose stored input says nothing of it', CHILD, whole, null, false],
  [
    'whose stored input says nothing of it, and that of its execution does',
    CHILD,
    whole,
    { organizationRun: PART },
    false,
  ],
  ['that only its execution calls so', CHILD, null, { organizationRun: PART }, true],
  ['the same, with more in the input', CHILD, null, { organizationRun: PART, mode: 'x', Comment: '' }, true],
  ['of another phase', CHILD, null, { organizationRun: { ...PART, phase: 'change' } }, false],
  ['of another account', CHILD, null, { organizationRun: { ...PART, account: '000000000009' } }, false],
  ['of another organization run', CHILD, null, { organizationRun: { ...PART, run: 'org-9' } }, false],
  ['of another name', 'run-1', null, { organizationRun: PART }, false],
  ['whose input is odd', CHILD, null, { organizationRun: ORG }, false],
  ['whose input has no such part', CHILD, null, {}, false],
  ['without any input', CHILD, null, null, false],
])('a run %s', (_, runId, stored, asked, is) => {
  expect(isPartAtEnd(runId, { stored, asked })).toBe(is)
})
