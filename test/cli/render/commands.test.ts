// The commands that people are shown to type: none for a run whose id would be more than a word in it.
import { expect, it } from '@jest/globals'
import { answerLine, answerLineThere } from '../../../cli/render/answer-line.ts'
import { nextLine } from '../../../cli/render/next-line.ts'
import { recordOf } from '../../support/records.ts'

const API = 'https://a1b2c3.execute-api.eu-west-1.amazonaws.com'

it.each(['--yes', '-', '$(id)', "x'(id)'", 'a\u202eb', 'a b', '\u0430', ''])('there is none for %j', (runId) => {
  const record = recordOf({ runId })
  expect(record.counts.deactivated).toBeGreaterThan(0)
  expect(nextLine(record, {})).toBe('')
  expect([answerLine(runId, '/srv/runs', {}), answerLineThere(runId, API)]).toEqual([null, null])
})

it('there is one for any other run, and no password in it', () => {
  expect(nextLine(recordOf({ runId: 'run-1' }), { store: '/srv/my runs' })).toMatch(
    / undo run-1 --store '\/srv\/my runs'\n$/,
  )
  expect(answerLine('run-1', '/srv/runs', {})).toMatch(/ approve run-1 --store \/srv\/runs$/)
  expect(answerLineThere('run-1', 'https://user:PW@host')).not.toContain('PW')
})
