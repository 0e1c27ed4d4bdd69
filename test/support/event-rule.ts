// EventBridge's rules, as far as docs/events.md uses them: does a pattern match an event, and what does its target get.

type Json = Record<string, unknown>

/** As EventBridge matches: every field of the pattern, each by one of its alternatives. @throws TypeError for an operator not known here */
export function ruleMatches(pattern: Json, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') return (wanted as Json[]).some((one) => ruleMatches(one, event))
    const value = (event as Json | null)?.[name]
    return Array.isArray(wanted) ? wanted.some((one) => fits(one, value)) : ruleMatches(wanted as Json, value)
  })
}

function fits(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value
  const [[operator, operand] = []] = Object.entries(wanted)
  if (operator === 'numeric' && (operand as unknown[])[0] === '>')
    return typeof value === 'number' && value > ((operand as unknown[])[1] as number)
  if (operator === 'wildcard' && operand === '*') return typeof value === 'string'
  throw new TypeError(`This operator is not known here: ${JSON.stringify(wanted)}`)
}

/** What an input transformer makes of an event. @throws TypeError for a placeholder without a path, or a path without a value */
export function transformed(
  transformer: { InputPathsMap: Record<string, string>; InputTemplate: string } | undefined,
  event: unknown,
): string {
  const { InputPathsMap: paths, InputTemplate: template } = transformer ?? { InputPathsMap: {}, InputTemplate: '' }
  return template.replace(/<([\w-]+)>/g, (_, name: string) => {
    const path = paths[name]?.split('.').slice(1) ?? []
    const value = path.reduce<unknown>((inner, step) => (inner as Json | undefined)?.[step], event)
    if (path.length === 0 || value === undefined || value === null)
      throw new TypeError(`Nothing to put for <${name}>: expected a value at ${paths[name]}`)
    return String(value)
  })
}
