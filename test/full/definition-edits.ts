// What moto's Step Functions needs to have changed in the definition, each with its reason. Everything else runs as it is
// deployed. docs/internals/emulators.md shows this list.

interface State {
  Type: string
  Seconds?: number
  TimeoutSeconds?: number
  TimeoutSecondsPath?: string | undefined
  ToleratedFailurePercentage?: number | undefined
  Retry?: { IntervalSeconds?: number; MaxDelaySeconds?: number }[]
  Parameters?: { Payload?: { maxAttempts?: number } }
  ItemProcessor?: Definition
}

/** As much of a definition as is edited. */
export interface Definition {
  States: Record<string, State>
}

export interface DefinitionEdit {
  what: string
  why: string
  /** @returns the states it changed, by name */
  edit: (definition: Definition) => string[]
}

const NO_WAIT: DefinitionEdit = {
  what: '`Seconds` of every `Wait` is 0',
  why: 'moto waits in real time, and its clock cannot be set; the path is the same for any wait',
  edit: (definition) => change(definition, ({ Seconds }) => (Seconds === undefined ? null : { Seconds: 0 })),
}

const SHORT_RETRY: DefinitionEdit = {
  what: '`IntervalSeconds` and `MaxDelaySeconds` of every `Retry` are 1',
  why: 'the same, and 1 is the least that either may be',
  edit: (definition) =>
    change(definition, ({ Retry }) =>
      Retry === undefined
        ? null
        : { Retry: Retry.map((retrier) => ({ ...retrier, IntervalSeconds: 1, MaxDelaySeconds: 1 })) },
    ),
}

/** Of the account machine. */
export const EDITS = [NO_WAIT, SHORT_RETRY]

/** For the one test of the loop over a report that never comes; our engine gets the same edit. */
export const SHORT_LOOP: DefinitionEdit = {
  what: '`maxAttempts` of `Generate report` is 3, only for the report that never comes',
  why: 'dozens of rounds show no more than three; our engine gets the same edit',
  edit: (definition) =>
    change(definition, ({ Parameters }) =>
      Parameters?.Payload?.maxAttempts === undefined
        ? null
        : { Parameters: { ...Parameters, Payload: { ...Parameters.Payload, maxAttempts: 3 } } },
    ),
}

/** For the tests of a question that nobody answers; our engine gets the same edit. */
export const SHORT_QUESTION: DefinitionEdit = {
  what: '`TimeoutSecondsPath` of `Ask for approval` is `TimeoutSeconds` 10, only for a request that nobody answers',
  why: 'the shortest term is a day; our engine gets the same edit',
  edit: (definition) =>
    change(definition, ({ TimeoutSecondsPath }) =>
      TimeoutSecondsPath === undefined ? null : { TimeoutSecondsPath: undefined, TimeoutSeconds: 10 },
    ),
}

const NO_TOLERANCE: DefinitionEdit = {
  what: '`ToleratedFailurePercentage` is left out of the organization machine',
  why: "moto's parser takes 100.0 and refuses 100; it ignores the tolerance, and no failed child fails its Map",
  edit: (definition) =>
    change(definition, ({ ToleratedFailurePercentage }) =>
      ToleratedFailurePercentage === undefined ? null : { ToleratedFailurePercentage: undefined },
    ),
}

/** Of the organization machine, which has no Wait. */
export const ORGANIZATION_EDITS = [SHORT_RETRY, NO_TOLERANCE]

/** Every edit, for the documentation. */
export const ALL_EDITS = [...new Set([...EDITS, SHORT_LOOP, SHORT_QUESTION, ...ORGANIZATION_EDITS])]

/** The definition with these edits. @throws Error for one that finds nothing to change: it has outlived its reason */
export function edited(text: string, edits: DefinitionEdit[]): string {
  const definition = JSON.parse(text) as Definition
  for (const { what, edit } of edits)
    if (edit(definition).length === 0) throw new Error(`Nothing to edit: expected a state for "${what}", received none`)
  return JSON.stringify(definition)
}

function change({ States }: Definition, fieldsOf: (state: State) => Partial<State> | null): string[] {
  return Object.entries(States).flatMap(([name, state]) => {
    const fields = fieldsOf(state)
    if (fields !== null) Object.assign(state, fields)
    const inside = state.ItemProcessor === undefined ? [] : change(state.ItemProcessor, fieldsOf)
    return fields === null ? inside : [name, ...inside]
  })
}
