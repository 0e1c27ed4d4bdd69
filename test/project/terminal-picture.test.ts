import { describe, expect, it } from '@jest/globals'
import { shownLines } from '../../scripts/terminal-picture.ts'
import { drawTerminal, PALETTES, type Palette, spansOf } from '../../scripts/terminal-svg.ts'

const ESCAPE = '\u001b['
const plain = { bold: false, dim: false, colour: null }

describe('a line of a terminal', () => {
  it('becomes spans of one look each, without escape codes', () => {
    const line = `a ${ESCAPE}1m${ESCAPE}32mb${ESCAPE}39m${ESCAPE}22m${ESCAPE}2m c${ESCAPE}22m`
    expect(spansOf(line)).toEqual([
      { text: 'a ', ...plain },
      { text: 'b', bold: true, dim: false, colour: 'green' },
      { text: ' c', bold: false, dim: true, colour: null },
    ])
    expect(spansOf('')).toEqual([])
  })

  it.each([`${ESCAPE}45mx`, `${ESCAPE}Kx`, `${ESCAPE}1;32mx`])('with %j cannot be drawn', (line) => {
    expect(() => spansOf(line)).toThrow('No look for the escape code')
  })

  it('holds 100 columns', () => {
    const line = (width: number) => `${ESCAPE}1m${'x'.repeat(width)}${ESCAPE}22m`
    expect(spansOf(line(100))).toHaveLength(1)
    expect(() => spansOf(line(101))).toThrow('101 columns')
  })
})

describe('the picture', () => {
  it('gives each span its place and its length, so that columns stay aligned in any font', () => {
    const svg = drawTerminal('a & b', ['', `  x ${ESCAPE}33m<y>${ESCAPE}39m`], PALETTES.light)
    expect(svg).toContain('a &amp; b</text>')
    expect(svg.match(/<tspan.*<\/tspan>/)?.[0]).toBe(
      '<tspan x="20" textLength="31.2">  x </tspan><tspan x="51.2" textLength="23.4" class="yellow">&lt;y&gt;</tspan>',
    )
  })

  it('refers to nothing outside itself', () => {
    expect(drawTerminal('a', ['b'], PALETTES.dark).replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|href|url\(|@import/,
    )
  })

  it.each(Object.entries(PALETTES))('%s: every colour can be read on the background', (_name, palette) => {
    const { background, bar, border, ...texts } = palette
    for (const [name, colour] of Object.entries(texts))
      expect({ name, readable: contrast(colour, background) >= 4.5 }).toEqual({ name, readable: true })
    expect(contrast(palette.dim, bar)).toBeGreaterThanOrEqual(4.5)
  })
})

describe('what is shown of a demo', () => {
  const stderr = 'At http://127.0.0.1:4711.\n\n  Make plan  0.1 s\n'
  const sections = (rows: number, end = 'End') => [
    ['Would be deactivated', ...Array.from({ length: rows }, (_, index) => `  row ${index + 1}`)].join('\n'),
    'Kept',
    'Exemption ended',
    `${ESCAPE}1mStale soon${ESCAPE}22m: 1 key`,
    'Events of the demo',
    end,
  ]
  const shown = (parts: string[]) => shownLines({ stderr, stdout: `${parts.join('\n\n')}\n` })

  it('is the command, the first lines and the record; another run id and port make no other picture', () => {
    const lines = shown(sections(1, 'Run  2026-09-28T060000Z-0a1b2c'))
    expect(lines.slice(0, 7)).toEqual([
      '$ npm start -- --plan',
      'At http://127.0.0.1:38611.',
      '',
      '⋮',
      '',
      'Would be deactivated',
      '  row 1',
    ])
    expect(lines.at(-1)).toBe('Run  2026-09-28T060000Z-5eed01')
  })

  it('has a mark for sections and rows that are left out', () => {
    const rest = ['', 'Kept', '', '⋮', '', 'End']
    const rows = (count: number) => Array.from({ length: count }, (_, index) => `  row ${index + 1}`)
    expect(shown(sections(10)).slice(5)).toEqual(['Would be deactivated', ...rows(10), ...rest])
    expect(shown(sections(11)).slice(5)).toEqual(['Would be deactivated', ...rows(9), '  ⋮', ...rest])
  })

  it('cuts between two rows, not inside one', () => {
    const [first = '', ...others] = sections(9)
    const cut = shown([`${first}\n${' '.repeat(20)}more of row 9\n  row 10`, ...others])
    expect(cut.slice(5, 15)).toEqual([...first.split('\n').slice(0, 9), '  ⋮'])
  })

  it.each(['Would be deactivated', 'Exemption ended', 'Stale soon', 'Events of the demo'])(
    'is nothing without the section "%s"',
    (title) => {
      const others = sections(1).filter((section) => !section.includes(title))
      expect(() => shown(others)).toThrow(`"${title}"`)
    },
  )
})

/** Contrast of two colours, 1 to 21: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
function contrast(one: Palette['text'], other: Palette['text']): number {
  const [dark = 0, light = 0] = [one, other].map(luminance).sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
