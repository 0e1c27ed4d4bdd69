// Writes docs/demo-light.svg and docs/demo-dark.svg: the plan that `npm start -- --plan` prints in a terminal of 100 columns. The
// demo really runs, with a clock that begins at a fixed instant; its run id and its port are replaced. So the same output is always the
// same picture.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { COLUMNS, drawTerminal, PALETTES, type Palette } from './terminal-svg.ts'

const STARTED_AT = '2026-09-28T06:00:00.000Z'
export const RUN_ID = /\b\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{6}\b/g
export const SHOWN_RUN_ID = '2026-09-28T060000Z-5eed01'
const PORT = /127\.0\.0\.1:\d+/g

const COMMAND = 'npm start -- --plan'

/** Sections by the beginning of their first line: those that the picture leaves out, and the one that it shortens. */
const LEFT_OUT = ['Exemption ended', 'Stale soon', 'Events of the demo']
const SHORTENED = 'Would be deactivated'
const MOST_LINES = 11

/** What the demo prints on stderr and stdout, with a terminal's colours. @param options of the demo @throws Error when it fails */
export function runDemo(...options: string[]): { stderr: string; stdout: string } {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [, file, ...words]: string[] = scripts.start.split(' ')
  // In a folder of its own, where it may make its run store.
  const cwd = mkdtempSync(join(tmpdir(), 'keysweep-picture-'))
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(PRELOADED)}`, resolve(file ?? ''), ...words, ...options],
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

/**
 * The lines that the picture shows of what the demo prints. A vertical ellipsis marks lines that are left out.
 * @throws Error when the demo does not print a section that is to be left out or shortened
 */
export function shownLines({ stderr, stdout }: { stderr: string; stdout: string }): string[] {
  const [introduction = ''] = stderr.split('\n\n')
  const sections = stdout.trim().split('\n\n')
  for (const title of [SHORTENED, ...LEFT_OUT])
    if (!sections.some((section) => isTitled(section, title))) throw new Error(`The demo printed no section "${title}"`)
  return [`$ ${COMMAND}`, introduction, '', '⋮', '', sections.map(shownOf).join('\n\n')]
    .join('\n')
    .replaceAll(/(\n\n⋮)+/g, '\n\n⋮')
    .replaceAll(RUN_ID, SHOWN_RUN_ID)
    .replaceAll(PORT, '127.0.0.1:38611')
    .split('\n')
}

function shownOf(section: string): string {
  if (LEFT_OUT.some((title) => isTitled(section, title))) return '⋮'
  const lines = section.split('\n')
  if (!isTitled(section, SHORTENED) || lines.length <= MOST_LINES) return section
  let shown = MOST_LINES - 1
  // A row is shown whole: its further lines begin with more spaces.
  while (lines[shown]?.startsWith('    ')) shown -= 1
  return [...lines.slice(0, shown), '  ⋮'].join('\n')
}

const isTitled = (section: string, title: string): boolean => stripVTControlCharacters(section).startsWith(title)

export type Pictures = Record<`docs/demo-${keyof typeof PALETTES}.svg`, string>

/** The files of the picture, with their text. @throws Error when the demo fails or prints what cannot be drawn */
export function demoPictures(): Pictures {
  const lines = shownLines(runDemo('--plan'))
  const drawn = (palette: Palette) => drawTerminal(`keysweep: ${COMMAND}`, lines, palette)
  return { 'docs/demo-light.svg': drawn(PALETTES.light), 'docs/demo-dark.svg': drawn(PALETTES.dark) }
}

if (import.meta.main) for (const [file, svg] of Object.entries(demoPictures())) writeFileSync(file, svg)
