// The JSONPaths that may stand in a definition: names after names into the input, and context fields that are filled here.
// The rest is refused by name.
import { z } from 'zod'
import { isJsonObject } from './json.ts'

const NAMES = String.raw`(?:\.[A-Za-z_]\w*)*`
const INPUT_PATH = new RegExp(String.raw`^\$${NAMES}$`)
const EVERYWHERE = [`Execution\\.(?:Id|Name|StartTime|Input${NAMES})`, String.raw`StateMachine\.(?:Id|Name)`]

/** Context fields that only some places may read: AWS fills `Task` in a callback task and `Map` in an ItemSelector. */
export const TASK_TOKEN = String.raw`Task\.Token`
export const MAP_ITEM = `Map\\.Item\\.(?:Index|Value${NAMES})`

/** ResultPath goes into the input, never into the context. */
export const RESULT_PATH = INPUT_PATH

function isReference(path: string, extraContext: string[]): boolean {
  const context = new RegExp(String.raw`^\$\$\.(?:${[...EVERYWHERE, ...extraContext].join('|')})$`)
  return INPUT_PATH.test(path) || context.test(path)
}

const RULE = 'is no plain path into the input, and no context field that is filled here'

/** A field that is one path: `$.report.state`, `$$.Execution.Name`. */
export function pathField(...extraContext: string[]) {
  return z.string().refine((path) => isReference(path, extraContext), { error: `this path ${RULE}` })
}

/** A payload template: any JSON, in which `"name.$"` takes its value from a path. */
export function templateField(...extraContext: string[]) {
  return z.unknown().superRefine((template, check) => {
    for (const { keys, message } of problems(template, extraContext, [])) {
      check.addIssue({ code: 'custom', path: keys, message })
    }
  })
}

type Problem = { keys: (string | number)[]; message: string }

function problems(template: unknown, extraContext: string[], keys: (string | number)[]): Problem[] {
  if (Array.isArray(template)) return template.flatMap((item, index) => problems(item, extraContext, [...keys, index]))
  if (!isJsonObject(template)) return []
  return Object.entries(template).flatMap(([key, value]) => {
    const here = [...keys, key]
    if (!key.includes('.$')) return problems(value, extraContext, here)
    // Anywhere else it is a slip, and the path would be handed on as text.
    if (key.indexOf('.$') !== key.length - 2)
      return [{ keys: here, message: 'a name may hold ".$" only once, at its end' }]
    if (typeof value !== 'string') return [{ keys: here, message: 'its value must be a path' }]
    if (isReference(value, extraContext)) return []
    return [
      { keys: here, message: value.startsWith('$') ? `this path ${RULE}` : 'intrinsic functions are not carried out' },
    ]
  })
}
