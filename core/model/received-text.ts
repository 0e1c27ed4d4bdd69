// A value that was received, as an error shows it.

const LONGEST = 80

/** What a terminal hides, or shows as a plain space. */
const UNSEEN = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{DI}]|(?! )\p{Zs}/gu

/** JSON on one line, cut at 80 characters, with what cannot be seen as \u escapes. Numbers that JSON lacks are NaN and Infinity. */
export function receivedText(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return (JSON.stringify(value, withoutCircles()) ?? 'no JSON').slice(0, LONGEST).replaceAll(UNSEEN, escaped)
}

/** YAML's aliases can put a value into itself. */
function withoutCircles() {
  const around: unknown[] = []
  return function (this: unknown, _: string, value: unknown): unknown {
    while (around.length > 0 && around.at(-1) !== this) around.pop()
    if (around.includes(value)) return '...'
    around.push(value)
    return value
  }
}

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
    .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
    .join('')
