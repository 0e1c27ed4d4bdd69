// The commands that people are shown to type: none for a run whose id would be more than a word in it.
import { expect, it } from '@jest/globals'
import { answerLine, answerLineThere } from '../../../cli/render/answer-line.ts'
import { nextLine } from '../../../cli/render/next-line.ts'
import { factsIn } from '../../support/error-facts.ts'
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

it('after a run over a cap it is the one that asks a person about the same plan', () => {
  const record = recordOf({ runId: 'run-1', status: 'over cap', apply: null })
  const line = / apply run-1 --max-keys 5 --approval always --region eu-west-1\n$/
  expect(nextLine(record, { made: ['--max-keys', '5', '--approval', 'never'], region: 'eu-west-1' })).toMatch(line)
  const stored = recordOf({ runId: 'run-2', status: 'over cap', apply: { run: 'run-1', plan: 'f'.repeat(64) } })
  expect(nextLine(stored, {})).toMatch(/ apply run-1 --approval always\n$/)
})

it('after a plan under mode off it is no command that would be refused, but the file that refuses it', () => {
  const record = recordOf({ runId: 'run-1', status: 'planned', ifApplied: { step: 'go', why: [] } })
  const line = nextLine(record, { switchedOffBy: '/srv/keysweep.yml' })
  expect(line).toEqual(factsIn('/srv/keysweep.yml', 'mode: off'))
  expect(line).not.toContain(' apply ')
})
