import { expect, it } from '@jest/globals'
import { explainedText } from '../../../cli/render/explained-text.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'

const STORE = '/home/somebody/.local/state/keysweep/111122223333'
const ARN = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Security_0123456789abcdef/somebody@example.com'
const ID = 'AKIAIDLEIDLEIDLEIDLE'
const AT = '2025-10-11T02:14:23Z'

const textAt = (columns: number): string =>
  explainedText(
    {
      accessKeyId: ID,
      user: 'idle',
      verdict: 'stale: unused since 2025-10-11',
      facts: [
        { fact: 'last used', value: `${AT}, ec2 in us-east-1`, from: 'GetAccessKeyLastUsed' },
        { fact: 'reactivated', value: 'no', from: `run store ${STORE}` },
        { fact: 'caller', value: ARN, from: 'GetCallerIdentity' },
      ],
      rows: [
        { row: 'exempt', fits: null },
        { row: 'unused', fits: 'stale' },
      ],
      note: [],
      history: [],
      lastRuns: [
        { run: 'org-2-survey-111122223333', at: AT, verdict: 'stale: unused since 2025-10-11' },
        { run: 'org-1-survey-111122223333', at: AT, verdict: null },
        { run: 'run-1', at: null, verdict: 'not readable' },
      ],
    },
    { columns, colours: coloursFor({ write: () => {} }, {}) },
  )

it.each([60, 80, 120, 200])('an explained key fits %i columns, and every fact is whole', (columns) => {
  const text = textAt(columns)
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
  expect(text).toMatch(new RegExp(`${AT},? `))
  const [, facts = ''] = text.split('\n\n')
  const [values, sources] = [columnOf(facts, 'last used'), columnOf(facts, 'last used', 2)]
  expect(values).toContain(ARN)
  expect(sources.replaceAll(' ', '')).toContain(STORE)
})

it('the last runs stand below, each with its verdict', () => {
  const [, verdicts = ''] = textAt(200).split(/^Verdicts.*\n/m)
  expect(verdicts.trimEnd().split('\n')).toEqual([
    `  run org-2-survey-111122223333 on ${AT}: stale: unused since 2025-10-11`,
    expect.stringMatching(new RegExp(`^ {2}run org-1-survey-111122223333 on ${AT}: .+ key$`)),
    '  run run-1: not readable',
  ])
})

/** What the lines have from where this column begins on the first line, joined. */
function columnOf(facts: string, fact: string, at = 1): string {
  const lines = facts.split('\n').slice(1)
  const line = lines.find((one) => one.includes(fact)) ?? ''
  const starts = [...line.matchAll(/(?<= {2})\S/g)].map(({ index }) => index)
  return lines.map((one) => one.slice(starts[at], starts[at + 1]).trim()).join('')
}
