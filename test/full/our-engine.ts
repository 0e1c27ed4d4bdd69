// The engine of this repository, as the comparison asks of it.

import { type EngineEvent, type Execution, InvalidToken, startExecution } from '../../engine/step-functions.ts'
import { describedBy, wakeIn } from '../../local/local-run.ts'
import { type Engine, LIMIT_MILLISECONDS, type MachineAsked } from './engine.ts'
import { readEvents, type Told } from './told.ts'

interface Started {
  name: string
  execution: Execution
  open: boolean
}

/** One of its own for each world: it knows the executions that it has started, as Step Functions knows a machine's. */
export function makeOurEngine(): Engine {
  const started: Started[] = []
  /** The execution that gave this token out answers it; the others do not know it. */
  async function forTask<T>(answer: (execution: Execution) => T | Promise<T>): Promise<T> {
    const last = started.length - 1
    for (const [n, { execution }] of started.entries()) {
      try {
        return await answer(execution)
      } catch (error) {
        if (n === last || !(error instanceof InvalidToken)) throw error
      }
    }
    throw new InvalidToken('Answer refused: nothing was started')
  }
  return {
    edits: [],
    organizationEdits: [],
    // Step Functions puts "Lambda." before the name of what Lambda refuses with.
    refusalOf: ({ name, message }) => Object.assign(new Error(message), { name: `Lambda.${name}` }),
    open: async (asked) => ({ start: (name, input) => run(started, asked, name, input) }),
    otherOpenRun: async ({ runId }, keepsOut) => {
      const last = started.findLastIndex(({ name }) => name === runId)
      const own = started[last]?.execution.describe().stateMachineArn
      const other = started.slice(0, Math.max(last, 0)).find(({ name, execution, open }) => {
        const { stateMachineArn, input } = execution.describe()
        return open && stateMachineArn === own && keepsOut({ runId: name, input })
      })
      return other?.name ?? null
    },
    execution: async (executionId) => {
      // A name that is used again has another execution.
      for (const { execution } of started.toReversed()) {
        const described = await describedBy(() => execution)(executionId)
        if (described !== null) return described
      }
      return null
    },
    wake: async (token) => {
      for (const { execution } of started) if (await wakeIn(execution)(token)) return true
      return false
    },
    sendSuccess: (token, output) => forTask((execution) => execution.sendTaskSuccess(token, output)),
    sendFailure: (token, error, cause) => forTask((execution) => execution.sendTaskFailure(token, error, cause)),
  }
}

/** Starts an execution of the machine, and of the machines that it starts itself. */
function begin(
  started: Started[],
  asked: MachineAsked,
  name: string,
  input: unknown,
  events: EngineEvent[],
  machineName = 'keysweep',
): Started {
  const { definition, functions, machines = {}, now } = asked
  const placeholders = Object.keys({ ...functions, ...machines })
  const execution = startExecution({
    definition: JSON.parse(definition),
    substitutions: { Partition: 'aws', ...Object.fromEntries(placeholders.map((name) => [name, name])) },
    functions,
    machines: Object.fromEntries(
      Object.entries(machines).map(([placeholder, nested]) => [
        placeholder,
        (start) => begin(started, { ...nested, now }, start.name, start.input, [], placeholder).execution,
      ]),
    ),
    name,
    machineName,
    input,
    now,
    // Only pauses are shortened: a task keeps its time limit.
    delay: () => 0,
    onEvent: (event) => events.push(event),
  })
  const one = { name, execution, open: true }
  started.push(one)
  const close = () => {
    one.open = false
  }
  execution.result.then(close, close)
  return one
}

async function run(started: Started[], asked: MachineAsked, name: string, input: unknown): Promise<Told> {
  const { limitMilliseconds = LIMIT_MILLISECONDS } = asked
  const events: EngineEvent[] = []
  const { execution } = begin(started, asked, name, input, events)
  const timer = setTimeout(() => void execution.stop(), limitMilliseconds)
  const result = await execution.result
  clearTimeout(timer)
  const told = readEvents(events)
  if (result.status === 'ABORTED')
    throw new Error(`${name}: expected its end within ${limitMilliseconds} ms, received ${told.path.join(' > ')}`)
  const { error = null, cause = null } = 'error' in result ? result : {}
  return { status: result.status, error, cause, ...told }
}
