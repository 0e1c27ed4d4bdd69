// Writes docs/demo-light.svg and docs/demo-dark.svg: what `npm start` prints in a terminal of 100 columns. The demo really
// runs, with a clock that begins at a fixed instant; its run id and its port are replaced. So the same output is always the
// same picture.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const COLUMNS = 100
const STARTED_AT = '2026-09-28T06:00:00.000Z'
const RUN_ID = /\b\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{6}\b/g
const SHOWN_RUN_ID = '2026-09-28T060000Z-5eed01'
const PORT = /127\.0\.0\.1:\d+/g

/** Sections that the picture leaves out, by the beginning of their first line; and lines of a section beyond these. */
const LEFT_OUT = ['Stale soon', 'While it ran']
const MOST_LINES = 13

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

/** What the demo prints on stderr and stdout, with a terminal's colours. @throws Error when it fails */
export function runDemo(): { stderr: string; stdout: string } {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [, file, ...words]: string[] = scripts.start.split(' ')
  // In a folder of its own, where it may make its run store.
  const cwd = mkdtempSync(join(tmpdir(), 'keysweep-picture-'))
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(PRELOADED)}`, resolve(file ?? ''), ...words],
    { cwd, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' } },
  )
  rmSync(cwd, { recursive: true, force: true })
  if (status !== 0) throw new Error(`The demo ended with ${status}: ${stderr}`)
  return { stdout, stderr }
}

/** The process's clock begins at a fixed instant, and its stdout is a terminal. */
const PRELOADED = `
  const Real = Date
  const ahead = Real.parse('${STARTED_AT}') - Real.now()
  globalThis.Date = class Date extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() + ahead) : super(...given) }
    static now() { return Real.now() + ahead }
  }
  process.stdout.isTTY = true
  process.stdout.columns = ${COLUMNS}`

/** The lines that the picture shows of what the demo prints. A vertical ellipsis marks lines that are left out. */
export function shownLines({ stderr, stdout }: { stderr: string; stdout: string }): string[] {
  const [introduction = ''] = stderr.split('\n\n')
  const sections = stdout.trim().split('\n\n').map(shownOf)
  return ['$ npm start', introduction, '', '⋮', '', sections.join('\n\n')]
    .join('\n')
    .replaceAll(RUN_ID, SHOWN_RUN_ID)
    .replaceAll(PORT, '127.0.0.1:38611')
    .split('\n')
}

function shownOf(section: string): string {
  if (LEFT_OUT.some((title) => stripVTControlCharacters(section).startsWith(title))) return '⋮'
  const lines = section.split('\n')
  return lines.length <= MOST_LINES ? section : [...lines.slice(0, MOST_LINES - 3), '  ⋮'].join('\n')
}

export type Pictures = Record<`docs/demo-${keyof typeof PALETTES}.svg`, string>

/** The files of the picture, with their text. @throws Error when the demo fails or prints what cannot be drawn */
export function demoPictures(): Pictures {
  const lines = shownLines(runDemo())
  const drawn = (palette: Palette) => drawTerminal('keysweep: npm start', lines, palette)
  return { 'docs/demo-light.svg': drawn(PALETTES.light), 'docs/demo-dark.svg': drawn(PALETTES.dark) }
}

if (import.meta.main) for (const [file, svg] of Object.entries(demoPictures())) writeFileSync(file, svg)
