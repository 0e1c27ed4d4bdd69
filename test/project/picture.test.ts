import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { DEFINITIONS, drawMachine, type Machine, tabulateStates, withMachine } from '../../scripts/picture.ts'
import { errorWith } from '../support/error-facts.ts'

const catchAll = (Next: string) => ({ ErrorEquals: ['States.ALL'], Next })

const draw = (States: Machine['States']) =>
  drawMachine({ StartAt: Object.keys(States)[0] as string, States })
    .split('\n')
    .map((line) => line.trim())

describe('the picture', () => {
  it('gives each kind of state its shape and each way to go its arrow', () => {
    const lines = draw({
      'Make plan': { Type: 'Task', Next: 'Big?' },
      'Big?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.plan.next', StringEquals: 'approval', Next: 'Wait a day' }],
        Default: 'Done',
      },
      'Wait a day': { Type: 'Wait', Next: 'Done' },
      Done: { Type: 'Succeed' },
    })
    expect(lines).toEqual([
      'flowchart TD',
      'start((" ")) --> make_plan',
      'make_plan["Make plan"]',
      'make_plan --> big_',
      'big_{"Big?"}',
      'big_ -->|"plan.next is approval"| wait_a_day',
      'big_ -->|"otherwise"| done',
      'wait_a_day[/"Wait a day"/]',
      'wait_a_day --> done',
      'done(["Done"])',
    ])
  })

  it('shows a Map as a box around the states of one iteration', () => {
    const iteration: Machine = {
      StartAt: 'Take key',
      States: { 'Take key': { Type: 'Task', Catch: [catchAll('Note it')], End: true }, 'Note it': { Type: 'Task' } },
    }
    const lines = draw({
      'Take keys': { Type: 'Map', ItemProcessor: iteration, Next: 'Done' },
      Done: { Type: 'Succeed' },
    })
    expect(lines.slice(2, 7)).toEqual([
      'subgraph take_keys["Take keys: for each item"]',
      'take_key["Take key"]',
      'take_key -.->|"failed"| note_it',
      'note_it["Note it"]',
      'end',
    ])
  })

  it('draws the catch-all that all steps share once, and every other error on its own', () => {
    const lines = draw({
      A: { Type: 'Task', Next: 'B', Catch: [{ ErrorEquals: ['Late', 'Gone'], Next: 'A' }, catchAll('Record')] },
      B: { Type: 'Task', Next: 'Record', Catch: [catchAll('Record')] },
      Record: { Type: 'Task', Next: 'Done', Catch: [catchAll('Failed')] },
      Done: { Type: 'Succeed' },
      Failed: { Type: 'Fail' },
    })
    expect(lines.filter((line) => line.includes('-.->'))).toEqual([
      'a -.->|"Late<br>Gone"| a',
      'record -.->|"failed"| failed',
      'caught>"any earlier step failed"] -.-> record',
    ])
  })

  it('names the steps of a shared catch-all where not every step has it', () => {
    const lines = draw({
      A: { Type: 'Task', Next: 'B', Catch: [catchAll('Record')] },
      B: { Type: 'Task', Next: 'C', Catch: [catchAll('Record')] },
      C: { Type: 'Task', Next: 'Record' },
      Record: { Type: 'Task' },
    })
    expect(lines).toContain('caught>"A, B failed"] -.-> record')
  })

  it('refuses a choice that it has no words for', () => {
    const states = { A: { Type: 'Choice', Choices: [{ And: [], Next: 'B' }] }, B: { Type: 'Succeed' } }
    expect(() => draw(states)).toThrow(errorWith('Error', '"B"', '{"And":[]}'))
  })

  it('goes between its markers, however often, and nowhere else', () => {
    const machine: Machine = { StartAt: 'Done', States: { Done: { Type: 'Succeed', Comment: 'The end.' } } }
    const old = ['picture', 'states'].map((name) => `<!-- ${name}:start -->\nold\n<!-- ${name}:end -->`)
    const once = withMachine(`# Title\n\n${old.join('\n\n')}\n\nThe rest.\n`, machine)
    expect(once).toBe(
      `# Title\n\n<!-- picture:start -->\n\`\`\`mermaid\n${drawMachine(machine)}\n\`\`\`\n<!-- picture:end -->\n\n` +
        `<!-- states:start -->\n\n${tabulateStates(machine)}\n\n<!-- states:end -->\n\nThe rest.\n`,
    )
    expect(withMachine(once, machine)).toBe(once)
    expect(() => withMachine('# Title\n', machine)).toThrow(
      errorWith('Error', 'docs/state-machine.md', '<!-- picture:start -->'),
    )
    expect(() => withMachine(once.replace('<!-- states:end', ''), machine)).toThrow('<!-- states:end -->')
  })
})

describe('the table of states', () => {
  it('gives each state with its type and its comment, and after a Map those of one iteration', () => {
    const iteration: Machine = { StartAt: 'Take key', States: { 'Take key': { Type: 'Task', Comment: 'One key.' } } }
    const states = { 'Take keys': { Type: 'Map', Comment: 'All keys.', ItemProcessor: iteration } }
    expect(tabulateStates({ StartAt: 'Take keys', States: states }).split('\n')).toEqual([
      '| state | type | purpose |',
      '|---|---|---|',
      '| Take keys | Map | All keys. |',
      '| Take key | Task | One key. |',
    ])
  })
})

it.each(Object.entries(DEFINITIONS))(
  'docs/state-machine.md shows %s as it is: if not, `npm run picture` writes it again',
  (file, marker) => {
    const page = readFileSync('docs/state-machine.md', 'utf8')
    expect(page).toBe(withMachine(page, JSON.parse(readFileSync(file, 'utf8')), marker))
  },
)
