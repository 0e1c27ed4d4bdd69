// One key explained: its facts with their source, and each row of the verdict table.
import type { ExplainedWithStory, RunVerdict } from '../../core/model/printed.ts'
import { storyLines } from './key-story-text.ts'
import { hanging } from './section.ts'
import { table } from './table.ts'
import type { Colours } from './terminal.ts'
import { folded } from './text-width.ts'

/** The text, ending in a newline. What came from the account must be safe to print. */
export function explainedText(
  { accessKeyId, user, facts, rows, verdict, note, history, lastRuns }: ExplainedWithStory,
  { columns, colours }: { columns: number; colours: Colours },
): string {
  const style = { columns, colours, withoutHead: true }
  const factLines = table(
    facts,
    [
      { head: '', cell: ({ fact }) => fact },
      { head: '', cell: ({ value }) => value, least: LEAST_VALUE },
      { head: '', cell: ({ from }) => from, paint: colours.dim },
    ],
    style,
  )
  const rowLines = table(
    rows,
    [
      { head: '', cell: ({ row }) => row },
      {
        head: '',
        cell: ({ fits }) => (fits === null ? 'no match' : `match: ${fits}`),
        paint: (text, { fits }) => (fits === null ? colours.dim(text) : colours.bold(text)),
      },
    ],
    style,
  )
  return [
    ...folded(`${accessKeyId} of user ${user}: ${verdict}`, columns).map(colours.bold),
    ...note.flatMap((line) => folded(line, columns)).map(colours.yellow),
    '',
    `Facts${colours.dim(', with their source')}`,
    ...factLines,
    '',
    `Verdict table${colours.dim(', the first matching row decides')}`,
    ...rowLines,
    ...(history.length === 0
      ? []
      : ['', `History${colours.dim(', of all runs')}`, ...storyLines(history, { columns })]),
    ...(lastRuns.length === 0
      ? []
      : ['', `Verdicts${colours.dim(', of the last runs')}`, ...lastRuns.flatMap((run) => runLines(run, columns))]),
    '',
  ].join('\n')
}

const runLines = ({ run, at, verdict }: RunVerdict, columns: number): string[] => {
  const when = at === null ? '' : ` on ${at}`
  return hanging('  ', `run ${run}${when}: ${verdict ?? NOT_NAMED}`, columns)
}

/** It was not a suspect, its user is exempt, or it is newer than the run. */
const NOT_NAMED = 'its record does not name this key'

/** Room for an instant. */
const LEAST_VALUE = 24
