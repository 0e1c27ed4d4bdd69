// CSV by RFC 4180, in the fewest lines: a second opinion that shares nothing with the parser the product uses.

/** The lines that are not blank, without a byte order mark; null if one holds the other way to end a line. */
export function linesOf(text: string): string[] | null {
  const lines = text.replace(/^\uFEFF/, '').split(text.includes('\r\n') ? '\r\n' : '\n')
  return lines.some((line) => /[\r\n]/.test(line)) ? null : lines.filter((line) => line !== '')
}

/** A field's end is a comma or the end of the line. A quote inside a field that does not begin with one is a letter. */
const FIELD = /^(?:"((?:[^"]|"")*)"|((?!")[^,]*))(?=,|$)/

/** A text in quotes, or as it is. */
const written = (text: string, inQuotes: boolean): string => (inQuotes ? `"${text.replaceAll('"', '""')}"` : text)

/**
 * A report's line of which user and arn, its first two fields, hold commas and quotes that nobody wrote in quotes: the arn
 * ends in the user's name, so the line must begin with that name. null: it does not.
 * @param count fields of the line
 */
export function splitByName(line: string, count: number): string[] | null {
  const cells = line.split(',')
  const others = cells.slice(cells.length - count + 2)
  const head = cells.slice(0, cells.length - count + 2).join(',')
  if (cells.length < count) return null
  for (const [userQuoted, arnQuoted] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    const end = head.slice(head.lastIndexOf('/') + 1)
    const name = arnQuoted ? end.slice(0, -1).replaceAll('""', '"') : end
    const begin = `${written(name, userQuoted)},`
    const arn = head.slice(begin.length)
    const inner = arnQuoted ? arn.slice(1, -1).replaceAll('""', '"') : arn
    if (
      head !== begin + written(inner, arnQuoted) ||
      !/^arn:[^/]*:user\//.test(inner) ||
      begin.startsWith('"') !== userQuoted
    )
      continue
    const rest = others.map((cell) => splitLine(cell))
    return rest.some((fields) => fields === null) ? null : [name, inner, ...rest.map((fields) => fields?.[0] ?? '')]
  }
  return null
}

/** A line's fields; null if a field begins with a quote and does not end with one. */
export function splitLine(line: string): string[] | null {
  const fields: string[] = []
  for (let rest = line; ; ) {
    const [whole, quoted, bare = ''] = FIELD.exec(rest) ?? []
    if (whole === undefined) return null
    fields.push(quoted?.replaceAll('""', '"') ?? bare)
    if (whole === rest) return fields
    rest = rest.slice(whole.length + 1)
  }
}
