// The intrinsic functions that a template may call: States.UUID() and States.Format. They follow the Amazon States Language
// specification; a call that it does not allow is refused when the definition is read.

/** A random UUID of version 4. */
export const UUID = 'States.UUID()'

/** A parsed `States.Format('{}-{}', $.a, $.b)`: one part of text more than there are paths. */
export interface Format {
  texts: string[]
  paths: string[]
}

const CALL = /^States\.Format\(\s*'((?:[^'\\]|\\.)*)'\s*((?:,[^,]*)*)\)$/s
/** An escaped character, a slot for a value, any other character that has a meaning, or plain text. */
const TOKEN = /\\(.)|(\{\})|([{}])|([^\\{}]+)/gs
const ESCAPED = ["'", '{', '}', '\\']

/** The parsed call, or in `problem` what is wrong with it; null if this is no call of States.Format. */
export function parseFormat(call: string): Format | { problem: string } | null {
  if (!call.startsWith('States.Format(')) return null
  const [, template, rest = ''] = CALL.exec(call) ?? []
  if (template === undefined) return { problem: 'States.Format needs a text in single quotes, then paths' }
  const paths = rest
    .split(',')
    .slice(1)
    .map((path) => path.trim())
  const texts = ['']
  for (const [token, escaped, slot, brace] of template.matchAll(TOKEN)) {
    if (brace !== undefined)
      return { problem: `States.Format: "${brace}" must be in a pair {}, or escaped as \\${brace}` }
    if (escaped !== undefined && !ESCAPED.includes(escaped)) {
      return { problem: `States.Format: only \\' \\{ \\} and \\\\ are escapes, not \\${escaped}` }
    }
    if (slot !== undefined) texts.push('')
    else texts.push(`${texts.pop()}${escaped ?? token}`)
  }
  const slots = texts.length - 1
  if (slots === paths.length) return { texts, paths }
  return { problem: `States.Format: ${slots} slots {} need as many paths, not ${paths.length}` }
}
