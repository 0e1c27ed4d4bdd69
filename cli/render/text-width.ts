// Text measured as a terminal shows it: a wide character takes two columns, a combining one none. Text is cut between
// graphemes only: a reader sees each as one character.
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/** Columns of a terminal. */
export const widthOf = (text: string): number => (isLatin(text) ? text.length : stringWidth(text))

/** Each of these characters is one grapheme and takes one column. */
const isLatin = (text: string): boolean => /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/.test(text)

/** Loaded at the first text that needs it: getting its tables of Unicode ready takes longer than drawing a record. */
function stringWidth(text: string): number {
  const { default: width }: typeof import('string-width') = load('string-width')
  return width(text)
}

/** The text, with spaces up to `width` columns; a wider one stays as it is. */
export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/**
 * Lines of at most `width` columns, broken between words, and inside a word only where it fits no line: then where its
 * parts meet, as in an ARN or a path.
 */
export function folded(text: string, width: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ').flatMap((word) => foldedName(word, width))) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (widthOf(line) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The text in pieces of at most `width` columns. A wider grapheme is a piece of its own. */
function piecesOf(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text]
  const pieces: string[] = []
  let [piece, taken] = ['', 0]
  for (const grapheme of graphemesOf(text)) {
    const more = widthOf(grapheme)
    if (taken + more > width && piece !== '') {
      pieces.push(piece)
      piece = ''
      taken = 0
    }
    piece += grapheme
    taken += more
  }
  return [...pieces, piece]
}

/** The text's beginning, as far as it fits `width` columns. */
export const cut = (text: string, width: number): string => (width <= 0 ? '' : (piecesOf(text, width)[0] ?? ''))

/** Lines of a name, broken where its parts meet: after a separator, and before the @ of an address. */
export function foldedName(name: string, width: number): string[] {
  const lines: string[] = ['']
  for (const part of name.split(/(?<=[-_.,:;+=/ ])(?!\p{M})|(?=@)/u).flatMap((part) => piecesOf(part, width))) {
    const line = lines.at(-1) ?? ''
    if (widthOf(line + part) <= width) lines[lines.length - 1] = line + part
    else lines.push(part)
  }
  return lines[0] === '' && lines.length > 1 ? lines.slice(1) : lines
}

let segmenter: Intl.Segmenter | undefined

function graphemesOf(text: string): string[] {
  if (isLatin(text)) return [...text]
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return [...segmenter.segment(text)].map(({ segment }) => segment)
}
