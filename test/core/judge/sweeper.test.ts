// How runs of keysweep know each other in CloudTrail.
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { agentName, agentOf, nameIn, sweeperIn } from '../../../core/judge/sweeper.ts'

const inHeader = (pairs: [string, string][]) => `aws-sdk-js/3 ua/2.1 ${pairs.map((pair) => pair.join('/')).join(' ')}`

it('what a user agent says is read back', () => {
  const sweeper = { version: '0.2.0', store: 'laptop:/home/a/x y', runId: '2026-09-11T120000Z-a1b2c3' }
  const read = sweeperIn(`[${inHeader(agentOf(sweeper))}]`)
  expect(read).toMatchObject({ version: '0.2.0', runId: sweeper.runId })
  expect(nameIn(read?.store ?? '')).toBe(sweeper.store)
  expect(sweeperIn(inHeader(agentOf({ ...sweeper, runId: null })))).toMatchObject({ runId: null })
})

it.each(['', 'aws-cli/2.31.0', 'keysweep/0.2.0', 'notkeysweep/1 keysweep-store/x', 'keysweep keysweep-store/'])(
  'a user agent that is not of keysweep: %s',
  (userAgent) => {
    expect(sweeperIn(userAgent)).toBeNull()
  },
)

it('a name holds no character that the SDK replaces, and two short stores never have one name', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
      expect(agentName(a)).toMatch(/^[A-Za-z0-9._%-]*$/)
      expect(agentName(a) === agentName(b)).toBe(a === b)
    }),
  )
})

it.each([
  ['s3://runs/a', 's3%3A%2F%2Fruns%2Fa'],
  ['a-b_c.d', 'a-b_c.d'],
  ["!~*'()", '%21%7E%2A%27%28%29'],
  ['é', '%C3%A9'],
  ['half \ud800', 'half%20%EF%BF%BD'],
  ['x'.repeat(200), 'x'.repeat(200)],
  ['x'.repeat(201), 'x'.repeat(200)],
  [`${'x'.repeat(199)}/`, `${'x'.repeat(199)}%`],
])('the name %j is written as %s', (name, written) => {
  expect(agentName(name)).toBe(written)
})

it('a name that was cut in the middle of a character is shown as it is', () => {
  expect(nameIn('a%E0%A4')).toBe('a%E0%A4')
})
