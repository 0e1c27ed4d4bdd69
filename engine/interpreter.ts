// The only place that touches aws-local-stepfunctions. It is asked three things, each as a machine of one state: what a
// path points to, what a template comes to, which way a Choice goes. Never more: its Task calls AWS when it finds no
// stand-in, its timers and its stop are not to be relied on, and its Map goes on after a failure (see walk.ts).
import { type ChoiceState, wrapTest } from './asl-choice.ts'
import { StateFailed } from './errors.ts'
import type { JsonObject } from './json.ts'
import { unwrapPaths, wrapPath, wrapTemplate } from './paths.ts'

/** Each method rejects with a StateFailed of the `States.` error that AWS would report. */
export interface Interpreter {
  /** What a path points to; States.Runtime if it points to nothing. `null` is `{}`, and no path at all is the input. */
  select(path: string | null | undefined, input: unknown, context: JsonObject): Promise<unknown>
  /** The template with its paths filled in; no template at all is the input. */
  fill(template: unknown, input: unknown, context: JsonObject): Promise<unknown>
  /** The name of the state that the Choice leads to; States.NoChoiceMatched if there is none. */
  choose(state: ChoiceState, input: unknown, context: JsonObject): Promise<string>
}

/**
 * Loads the interpreter: some 100 ms, nearly half of it for its own AWS SDK client, which is never used. So it is loaded
 * when an execution starts, and commands that start none do not pay for it. It would also validate a definition, in
 * another 200 ms: that is left to the tests.
 */
export async function loadInterpreter(): Promise<Interpreter> {
  const { StateMachine } = await import('aws-local-stepfunctions')

  async function evaluate(states: JsonObject, input: unknown, context: JsonObject): Promise<unknown> {
    const definition = { StartAt: 'asked', States: states } as unknown as ConstructorParameters<typeof StateMachine>[0]
    const machine = new StateMachine(definition, { validationOptions: { noValidate: true } })
    try {
      return await machine.run(asked(states, input, context) as Parameters<typeof machine.run>[0]).result
    } catch (error) {
      throw asStateFailed(error)
    }
  }

  return {
    async select(path, input, context) {
      if (path === undefined) return input
      if (path === null) return {}
      return evaluate({ asked: { Type: 'Pass', InputPath: wrapPath(path), End: true } }, input, context)
    },
    async fill(template, input, context) {
      if (template === undefined) return input
      return evaluate({ asked: { Type: 'Pass', Parameters: wrapTemplate(template), End: true } }, input, context)
    },
    async choose(state, input, context) {
      return (await evaluate(choiceStates(state), input, context)) as string
    },
  }
}

/**
 * The data, wrapped, less what no path asks for: the interpreter copies all it is given, and for each of a Map's hundreds
 * of items that would be the Map's whole input and the execution's.
 */
function asked(states: JsonObject, input: unknown, context: JsonObject): JsonObject {
  const paths = JSON.stringify(states)
  const { Input, ...execution } = context.Execution as JsonObject
  const Execution = paths.includes('"$.context.Execution.Input') ? { ...execution, Input } : execution
  return { input: paths.includes('"$.input') ? input : null, context: { ...context, Execution } }
}

/** The Choice, leading to states that say which one was taken. */
function choiceStates(state: ChoiceState): JsonObject {
  const taken = (name: string) => ({ Type: 'Pass', Result: name, End: true })
  const rules = state.Choices.map((rule, index) => [`rule ${index}`, taken(rule.Next)] as const)
  const asked = {
    Type: 'Choice',
    Choices: state.Choices.map((rule, index) => ({ ...wrapTest(rule), Next: `rule ${index}` })),
    ...(state.Default === undefined ? {} : { Default: 'default' }),
  }
  return { asked, ...Object.fromEntries(rules), default: taken(state.Default ?? '') }
}

/** Only the errors that ASL knows are a state's failure; anything else is a fault of ours and stays what it is. */
function asStateFailed(error: unknown): unknown {
  const reason = error instanceof Error ? error.cause : undefined
  if (!(reason instanceof Error) || !reason.name.startsWith('States.')) return error
  return new StateFailed(reason.name, unwrapPaths(reason.message))
}
