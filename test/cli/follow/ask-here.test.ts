// The question of a run in its own terminal: the same plan and the same number to type as in another one.
import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { makeAskHere } from '../../../cli/follow/ask-here.ts'
import { isInteractive, type Terminal } from '../../../cli/render/terminal.ts'
import { makeDecide } from '../../../functions/decide.ts'
import { localPerson } from '../../../local/local-person.ts'
import { readDecision } from '../../../steps/run-documents.ts'
import { factsIn } from '../../support/error-facts.ts'
import { idOf, openWaiting, RUN, type Waiting } from '../../support/waiting.ts'

/** The end of what it asks: 3 approves, "reject" rejects. */
const ASKS = /type 3\b.* reject: $/

/** Asks in a terminal in which these lines are typed, one for each time that it asks. */
async function askedIn(waiting: Waiting, lines: string[], signal = new AbortController().signal) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  let said = ''
  const write = (text: string) => {
    said += text
    if (ASKS.test(text)) setImmediate(() => (lines.length > 0 ? stdin.write(`${lines.shift()}\n`) : stdin.end()))
  }
  const terminal: Terminal = {
    stdin,
    stdout: { write: () => {} },
    stderr: { write, isTTY: true, columns: 120 },
    env: {},
  }
  await makeAskHere({ runId: RUN, terminal })(makeDecide(waiting.ports), localPerson(), signal)
  return said
}

describe('a run in a terminal', () => {
  it('shows the plan, asks until the number of keys is typed, and approves as the user of the system', async () => {
    const waiting = await openWaiting()
    const said = await askedIn(waiting, ['y', '', '2', '3'])
    for (const index of [1, 2, 3]) expect(said).toContain(idOf(index))
    expect(said.split('\n')).toEqual(expect.arrayContaining([factsIn('"y"'), factsIn('""'), factsIn('"2"')]))
    expect(said.match(new RegExp(ASKS.source.replace('$', ''), 'g'))).toHaveLength(4)
    expect(await readDecision(waiting.store, RUN)).toMatchObject({ answer: 'approve', by: localPerson().arn })
    expect(waiting.woken).toHaveLength(2)
  })

  it('rejects where that is typed', async () => {
    const waiting = await openWaiting()
    await askedIn(waiting, ['reject'])
    expect(await readDecision(waiting.store, RUN)).toMatchObject({ answer: 'reject' })
  })

  it('ends if the input ends, or if somebody has answered elsewhere', async () => {
    const waiting = await openWaiting()
    await askedIn(waiting, [])
    const over = new AbortController()
    setTimeout(() => over.abort(), 50)
    await makeAskHere({ runId: RUN, terminal: silent() })(makeDecide(waiting.ports), localPerson(), over.signal)
    expect(await readDecision(waiting.store, RUN)).toBeNull()
  })

  it('says so where another answer came first', async () => {
    const waiting = await openWaiting()
    await waiting.answer({ answer: 'reject' })
    const { at } = (await readDecision(waiting.store, RUN)) ?? {}
    expect((await askedIn(waiting, ['3'])).split('\n').at(-2)).toEqual(factsIn(at ?? ''))
  })

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('is one where somebody types (%s) and somebody reads (%s): %s', (types, reads, interactive) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: types })
    const output = { write: () => {}, isTTY: reads }
    expect(isInteractive({ stdin, stdout: output, stderr: output, env: {} })).toBe(interactive)
  })
})

/** A terminal in which nobody types. */
function silent(): Terminal {
  const output = { write: () => {}, isTTY: true }
  return { stdin: Object.assign(new PassThrough(), { isTTY: true }), stdout: output, stderr: output, env: {} }
}
