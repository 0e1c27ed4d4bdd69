// Draws a terminal window as SVG, from lines with the escape codes of a terminal. It refers to no other file and no font of its
// own, and its text can be selected.
import { stripVTControlCharacters } from 'node:util'

/** Columns of the window. */
export const COLUMNS = 100

/** Pixels. A character is 0.6 of the font's size wide in every font of the list. */
const [FONT_SIZE, CHARACTER, LINE, MARGIN, TITLE_BAR] = [13, 7.8, 19, 20, 36]
const FONTS = `ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace`

export type Colour = 'red' | 'green' | 'yellow' | 'cyan'

export interface Palette extends Record<Colour, string> {
  background: string
  bar: string
  border: string
  text: string
  dim: string
}

/** As on GitHub's light and dark pages. */
export const PALETTES: Record<'light' | 'dark', Palette> = {
  light: {
    background: '#ffffff',
    bar: '#f6f8fa',
    border: '#d1d9e0',
    text: '#1f2328',
    dim: '#59636e',
    red: '#b3261e',
    green: '#116329',
    yellow: '#7d4e00',
    cyan: '#0a5a80',
  },
  dark: {
    background: '#0d1117',
    bar: '#161b22',
    border: '#3d444d',
    text: '#e6edf3',
    dim: '#9198a1',
    red: '#ff7b72',
    green: '#56d364',
    yellow: '#e3b341',
    cyan: '#76e3ea',
  },
}

/** Text of one look. */
export interface Span {
  text: string
  bold: boolean
  dim: boolean
  colour: Colour | null
}

type Look = Omit<Span, 'text'>

/** What each escape code of a terminal changes. 22 ends bold and dim. */
const CODES: Record<string, Partial<Look>> = {
  '1m': { bold: true },
  '2m': { dim: true },
  '22m': { bold: false, dim: false },
  '31m': { colour: 'red' },
  '32m': { colour: 'green' },
  '33m': { colour: 'yellow' },
  '36m': { colour: 'cyan' },
  '39m': { colour: null },
}

/**
 * A line's spans of one look each, without its escape codes.
 * @throws Error for an escape code that the picture has no look for, and for a line of more than 100 columns
 */
export function spansOf(line: string): Span[] {
  let look: Look = { bold: false, dim: false, colour: null }
  const [first = '', ...others] = line.split('\u001b[')
  const spans: Span[] = [{ text: first, ...look }]
  for (const part of others) {
    const [code = '', text = ''] = part.split(/(?<=^\d+m)/)
    const change = CODES[code]
    if (change === undefined) throw new Error(`No look for the escape code ${code}: ${stripVTControlCharacters(line)}`)
    look = { ...look, ...change }
    spans.push({ text, ...look })
  }
  const width = spans.reduce((sum, { text }) => sum + text.length, 0)
  if (width > COLUMNS) throw new Error(`A line of ${width} columns, ${COLUMNS} fit: ${line}`)
  return spans.filter(({ text }) => text !== '')
}

/** The picture of a terminal window with these lines, as SVG. @throws Error see spansOf */
export function drawTerminal(title: string, lines: string[], palette: Palette): string {
  const [width, height] = [COLUMNS * CHARACTER + 2 * MARGIN, TITLE_BAR + lines.length * LINE + MARGIN + 8]
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${MARGIN + index * 20}" cy="18" r="6" fill="${colour}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>text{font:${FONT_SIZE}px ${FONTS};white-space:pre;fill:${palette.text}}.b{font-weight:700}.d{fill:${palette.dim}}${classes(palette)}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${palette.background}" stroke="${palette.border}"/>`,
    `<path d="M1 ${TITLE_BAR}V9a8 8 0 0 1 8-8H${width - 9}a8 8 0 0 1 8 8V${TITLE_BAR}z" fill="${palette.bar}"/>`,
    ...dots,
    `<text x="${width / 2}" y="23" text-anchor="middle" class="d">${escaped(title)}</text>`,
    ...lines.flatMap((line, index) => drawLine(spansOf(line), TITLE_BAR + 24 + index * LINE)),
    '</svg>',
    '',
  ].join('\n')
}

const classes = (palette: Palette): string =>
  (['red', 'green', 'yellow', 'cyan'] as const).map((colour) => `.${colour}{fill:${palette[colour]}}`).join('')

/** No line where there is nothing to see. */
function drawLine(spans: Span[], y: number): string[] {
  let column = 0
  const drawn = spans.map((span) => {
    const at = column
    column += span.text.length
    return drawSpan(span, at)
  })
  return drawn.length === 0 ? [] : [`<text y="${y}" xml:space="preserve">${drawn.join('')}</text>`]
}

/** Its place and its length are given, so that columns stay aligned in any font. */
function drawSpan({ text, bold, dim, colour }: Span, column: number): string {
  const names = [...(bold ? ['b'] : []), ...(colour ? [colour] : dim ? ['d'] : [])]
  const look = names.length === 0 ? '' : ` class="${names.join(' ')}"`
  const [x, length] = [MARGIN + column * CHARACTER, text.length * CHARACTER].map((pixels) => Number(pixels.toFixed(1)))
  return `<tspan x="${x}" textLength="${length}"${look}>${escaped(text)}</tspan>`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
