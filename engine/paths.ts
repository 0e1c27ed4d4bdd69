// The JSONPaths that a definition may use: names into the input, and the context fields that this engine has. Any other path
// is refused.
import { z } from 'zod'
import { parseFormat, UUID } from './intrinsics.ts'
import { isJsonObject } from './json.ts'

const NAMES = String.raw`(?:\.[A-Za-z_]\w*)*`
const INPUT_PATH = new RegExp(String.raw`^\$${NAMES}$`)
const EVERYWHERE = [`Execution\\.(?:Id|Name|StartTime|Input${NAMES})`, String.raw`StateMachine\.(?:Id|Name)`]

/** Context fields with a value only in some places: `Task` in a callback task, `Map` in an ItemSelector. */
export const TASK_TOKEN = String.raw`Task\.Token`
export const MAP_ITEM = `Map\\.Item\\.(?:Index|Value${NAMES})`

/** ResultPath is a path into the input, never into the context. */
export const RESULT_PATH = INPUT_PATH

function isReference(path: string, extraContext: string[]): boolean {
  const context = new RegExp(String.raw`^\$\$\.(?:${[...EVERYWHERE, ...extraContext].join('|')})$`)
  return INPUT_PATH.test(path) || context.test(path)
}

const RULE = 'must be names into the input, or a context field that has a value here'

/** A field that is one path: `$.report.state`, `$$.Execution.Name`. */
export function pathField(...extraContext: string[]) {
  return z.string().refine((path) => isReference(path, extraContext), { error: `this path ${RULE}` })
}

/** A payload template: any JSON; the value of `"name.$"` is a path, States.UUID() or States.Format with paths. */
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
    // Elsewhere ".$" is a mistake: the path would be passed on as text.
    if (key.indexOf('.$') !== key.length - 2)
      return [{ keys: here, message: 'a name may have ".$" only once, at its end' }]
    if (typeof value !== 'string') return [{ keys: here, message: 'its value must be a path' }]
    const message = problemOf(value, extraContext)
    return message === null ? [] : [{ keys: here, message }]
  })
}

/** What is wrong with the value of a `"name.$"`; null if nothing is. */
function problemOf(value: string, extraContext: string[]): string | null {
  if (value === UUID || isReference(value, extraContext)) return null
  if (value.startsWith('$')) return `this path ${RULE}`
  const format = parseFormat(value)
  if (format === null) return `of the intrinsic functions only ${UUID} and States.Format are supported`
  if ('problem' in format) return format.problem
  const wrong = format.paths.find((path) => !isReference(path, extraContext))
  return wrong === undefined ? null : `States.Format: the path ${wrong} ${RULE}`
}
