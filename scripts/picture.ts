// Writes docs/state-machine.md from the definitions: for each a Mermaid flowchart, and a table of the states with their comments. Dotted
// lines are error paths. The catch-all that nearly all states share is drawn once, to keep the chart readable.
import { readFileSync, writeFileSync } from 'node:fs'

/** The definitions, and the markers of each in the page. */
export const DEFINITIONS = {
  'statemachine/keysweep.asl.json': { picture: 'picture', states: 'states' },
  'statemachine/organization.asl.json': { picture: 'organization-picture', states: 'organization-states' },
} as const

const PAGE = 'docs/state-machine.md'

/** The fields of a state that the picture uses. */
interface State {
  Type: string
  Comment?: string
  Next?: string
  End?: boolean
  Default?: string
  Choices?: (Record<string, unknown> & { Next: string })[]
  Catch?: { ErrorEquals: string[]; Next: string }[]
  ItemProcessor?: Machine
}

export interface Machine {
  StartAt: string
  States: Record<string, State>
}

/** The definition as Mermaid text. A Map is a box with the states of one iteration. */
export function drawMachine(machine: Machine): string {
  const shared = sharedCatch(machine)
  return [
    'flowchart TD',
    ...indent([`start((" ")) --> ${id(machine.StartAt)}`, ...drawStates(machine, shared), ...drawShared(shared)]),
  ].join('\n')
}

/** A Markdown table of the states: name, type and comment. The states of an iteration follow their Map. */
export const tabulateStates = (machine: Machine): string =>
  ['| state | type | purpose |', '|---|---|---|', ...stateRows(machine)].join('\n')

const stateRows = ({ States }: Machine): string[] =>
  Object.entries(States).flatMap(([name, { Type, Comment, ItemProcessor }]) => [
    `| ${name} | ${Type} | ${Comment ?? ''} |`,
    ...(ItemProcessor ? stateRows(ItemProcessor) : []),
  ])

/**
 * The text of a page with the picture and the table between their markers.
 * @throws Error when a marker is missing.
 */
export const withMachine = (
  page: string,
  machine: Machine,
  marker: { picture: string; states: string } = DEFINITIONS['statemachine/keysweep.asl.json'],
): string =>
  between(
    between(page, marker.picture, `\`\`\`mermaid\n${drawMachine(machine)}\n\`\`\``),
    marker.states,
    `\n${tabulateStates(machine)}\n`,
  )

function between(page: string, name: string, text: string): string {
  const [startMarker, endMarker] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const [start, end] = [page.indexOf(startMarker), page.indexOf(endMarker)]
  if (start < 0 || end < start) throw new Error(`${PAGE} must have ${startMarker} and then ${endMarker}`)
  return `${page.slice(0, start + startMarker.length)}\n${text}\n${page.slice(end)}`
}

function drawStates({ States }: Machine, shared: SharedCatch | null): string[] {
  return Object.entries(States).flatMap(([name, state]) => [
    ...drawState(name, state),
    ...drawEdges(name, state, shared),
  ])
}

function drawState(name: string, state: State): string[] {
  if (state.ItemProcessor === undefined) return [`${id(name)}${shape(name, state.Type)}`]
  return [`subgraph ${id(name)}["${name}: for each item"]`, ...indent(drawStates(state.ItemProcessor, null)), 'end']
}

function shape(name: string, type: string): string {
  if (type === 'Choice') return `{"${name}"}`
  if (type === 'Wait') return `[/"${name}"/]`
  if (type === 'Succeed' || type === 'Fail') return `(["${name}"])`
  return type === 'Pass' ? `("${name}")` : `["${name}"]`
}

function drawEdges(name: string, state: State, shared: SharedCatch | null): string[] {
  const plain = state.Next === undefined ? [] : [`${id(name)} --> ${id(state.Next)}`]
  const choices = (state.Choices ?? []).map((rule) => `${id(name)} -->|"${condition(rule)}"| ${id(rule.Next)}`)
  const otherwise = state.Default === undefined ? [] : [`${id(name)} -->|"otherwise"| ${id(state.Default)}`]
  const caught = (state.Catch ?? [])
    .filter((rule) => !(shared?.states.includes(name) && isCatchAll(rule) && rule.Next === shared.next))
    .map((rule) => `${id(name)} -.->|"${errors(rule)}"| ${id(rule.Next)}`)
  return [...plain, ...choices, ...otherwise, ...caught]
}

/** "report.state is COMPLETE", from `{ "Variable": "$.report.state", "StringEquals": "COMPLETE" }`. */
function condition({ Variable, Next, Comment, ...tests }: Record<string, unknown>): string {
  const [test, ...more] = Object.entries(tests)
  if (
    typeof Variable !== 'string' ||
    test === undefined ||
    more.length > 0 ||
    !/^(String|Boolean|Numeric)Equals$/.test(test[0])
  ) {
    throw new Error(
      `Cannot draw the rule that leads to "${Next}": must be one Equals on one Variable, received ${JSON.stringify(tests)}`,
    )
  }
  return `${Variable.slice(2)} is ${test[1]}`
}

const isCatchAll = ({ ErrorEquals }: { ErrorEquals: string[] }): boolean => ErrorEquals.includes('States.ALL')

const errors = (rule: { ErrorEquals: string[] }): string =>
  isCatchAll(rule) ? 'failed' : rule.ErrorEquals.join('<br>')

interface SharedCatch {
  next: string
  states: string[]
  /** Whether every state that can fail has it, except the one that it leads to. */
  all: boolean
}

/** The catch-all that most states share; null if no two states share one. */
function sharedCatch({ States }: Machine): SharedCatch | null {
  const byNext = new Map<string, string[]>()
  for (const [name, state] of Object.entries(States)) {
    const next = state.Catch?.find(isCatchAll)?.Next
    if (next !== undefined) byNext.set(next, [...(byNext.get(next) ?? []), name])
  }
  const [most] = [...byNext].sort(([, a], [, b]) => b.length - a.length)
  if (most === undefined || most[1].length < 2) return null
  const [next, states] = most
  const others = Object.entries(States).filter(
    ([name, { Type }]) => name !== next && /^(Task|Map|Parallel)$/.test(Type),
  )
  return { next, states, all: others.every(([name]) => states.includes(name)) }
}

function drawShared(shared: SharedCatch | null): string[] {
  if (shared === null) return []
  const who = shared.all ? 'any earlier step' : shared.states.join(', ')
  return [`caught>"${who} failed"] -.-> ${id(shared.next)}`]
}

const id = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')

const indent = (lines: string[]): string[] => lines.map((line) => `  ${line}`)

if (import.meta.main) {
  const pages = Object.entries(DEFINITIONS).reduce(
    (page, [file, marker]) => withMachine(page, JSON.parse(readFileSync(file, 'utf8')), marker),
    readFileSync(PAGE, 'utf8'),
  )
  writeFileSync(PAGE, pages)
}
