// The deployed handlers in this process, each with the environment that the stack gives it.

import type { LocalFunction } from '../../engine/step-functions.ts'
import { resolved } from './resolved.ts'
import { functions, service } from './stack.ts'

export type Environment = Record<string, string>

/** The variables of a function, with the ARNs and names of one made-up installation. */
export const environmentOf = (name: string) =>
  resolved({ ...service.provider.environment, ...functions[name]?.environment }) as Environment

/**
 * The handler of every function, by its name in serverless.yml. A handler reads its environment at its first call, so no two
 * functions have their first call at the same time.
 * @param here what is otherwise on this machine than in the stack's environment
 */
export async function deployedFunctions(
  here: (ofStack: Environment) => Environment,
): Promise<Record<string, LocalFunction>> {
  let firstCalls: Promise<unknown> = Promise.resolve()
  const deployed = Object.entries(functions).map(async ([name, { handler: path }]) => {
    const handler = await handlerIn(path)
    const environment = here(environmentOf(name))
    let isFirst = true
    const called: LocalFunction = (event) => {
      if (!isFirst) return handler(event)
      isFirst = false
      const first = firstCalls.then(() => {
        Object.assign(process.env, environment)
        return handler(event)
      })
      firstCalls = first.catch(() => {})
      return first
    }
    return [name, called] as const
  })
  return Object.fromEntries(await Promise.all(deployed))
}

/** "functions/start-run.handler" */
async function handlerIn(path: string): Promise<LocalFunction> {
  const { handler } = (await import(`../../${path.replace(/\.handler$/, '.ts')}`)) as { handler: LocalFunction }
  return handler
}
