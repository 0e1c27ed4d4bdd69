import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { errorOf, outputOf, run, type States } from './machines.ts'

const passing = (call: string): States => ({ A: { Type: 'Pass', Parameters: { 'text.$': call }, End: true } })

describe('States.Format', () => {
  it.each<[string, unknown, string]>([
    [
      "States.Format('{}-survey-{}', $.run, $.account)",
      { run: 'org-1', account: '012345678901' },
      'org-1-survey-012345678901',
    ],
    ["States.Format('{}', $$.Execution.Name)", {}, 'run-1'],
    ["States.Format('{}{}', $.a,$.b)", { a: 'x', b: 'y' }, 'xy'],
    ["States.Format( '{}' , $.a , $.b.c )".replace('{}', '{}.{}'), { a: 'x', b: { c: 'y' } }, 'x.y'],
    ["States.Format('plain')", {}, 'plain'],
    ["States.Format('')", {}, ''],
    // A value is never read as a template.
    ["States.Format('{}|{}', $.a, $.b)", { a: '{}', b: "\\'" }, "{}|\\'"],
    [String.raw`States.Format('it\'s \{{}\} of \\', $.a)`, { a: 1 }, String.raw`it's {1} of \ `.trim()],
    ["States.Format('a, {}, (b)', $.a)", { a: 'x' }, 'a, x, (b)'],
    ["States.Format('Formatting argument {}.', $.a)", { a: null }, 'Formatting argument null.'],
    ["States.Format('{} {} {}', $.a, $.b, $.c)", { a: 1.1, b: true, c: '' }, '1.1 true '],
    ["States.Format('two\nlines {}', $.a)", { a: 'é' }, 'two\nlines é'],
  ])('%s', async (call, input, text) => {
    expect(await outputOf(passing(call), { input })).toEqual({ text })
  })

  it.each([[[]], [{}], [{ b: 1 }]])('takes no array and no object: %j', async (a) => {
    const states = passing("States.Format('{}', $.a)")
    expect(await errorOf(states, { input: { a } })).toBe('States.IntrinsicFailure')
  })

  it('of a path to nothing fails the execution, without a retry', async () => {
    const { result } = await run(passing("States.Format('{}{}', $.a, $.b)"), { input: { a: 1 } })
    expect(result).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining("'$.b'") })
  })

  it('writes any text that is escaped as itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (any, value) => {
        // "${" begins a placeholder of CloudFormation.
        const text = any.replaceAll('$', '')
        const escaped = text.replaceAll(/[\\'{}]/g, (character) => `\\${character}`)
        const call = `States.Format('${escaped}{}${escaped}', $.a)`
        expect(await outputOf(passing(call), { input: { a: value } })).toEqual({ text: `${text}${value}${text}` })
      }),
    )
  })
})
