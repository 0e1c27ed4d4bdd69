// What all runs did to a key, a line for each; and what an undo did to the keys of a run.
import type { KeyEvent, KeyStory } from '../../core/model/printed.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { plainLine } from '../../core/texts/plain.ts'
import type { UndoneLater } from '../../views/key-story.ts'
import { hanging, labelled, type TextOptions } from './section.ts'
import type { Output } from './terminal.ts'
import { folded } from './text-width.ts'

/** The stories as text, ending in a newline. What came from the store must be safe to print. */
export const storiesText = (stories: KeyStory[], options: TextOptions): string =>
  stories
    .filter(({ history }) => history.length > 0)
    .map((story) => [...titleOf(story, options), ...storyLines(story.history, options)])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')

/** Names on stderr what could not be read about these keys. @returns whether everything was read */
export function sayUnreadable(stories: Pick<KeyStory, 'unreadable'>[], stderr: Output): boolean {
  const unreadable = stories.flatMap(({ unreadable = [] }) => unreadable)
  for (const message of unreadable) stderr.write(`keysweep: ${plainLine(message)}\n`)
  return unreadable.length === 0
}

const titleOf = ({ accessKeyId, user }: KeyStory, { columns, colours }: TextOptions): string[] =>
  folded(user === null ? accessKeyId : `${accessKeyId} of user ${user}`, columns).map(colours.bold)

/** An undo of a run is shown beside what the run did. */
export const storyLines = (history: KeyEvent[], { columns }: Pick<TextOptions, 'columns'>): string[] =>
  history
    .filter((event) => !history.some(({ undone }) => undone?.run === event.run && event.what === 'reactivated'))
    .flatMap((event) => hanging('  ', eventText(event), columns))

function eventText({ run, at, what, reason, undoOf, undone }: KeyEvent): string {
  const by = `by run ${run} on ${at}`
  const why = reason === null ? '' : `: ${reason}`
  switch (what) {
    case 'deactivated':
      return `deactivated ${by}${undone === null ? '' : `, undone on ${undone.at} by run ${undone.run}`}`
    case 'reactivated':
      return `reactivated ${by}${undoOf === null ? '' : `, an undo of run ${undoOf}`}`
    case 'skipped':
      return `left unchanged ${by}${why}`
    case 'failed':
      return `failed in run ${run} on ${at}${why}`
    case 'no outcome':
      return `update sent ${by}, result unknown`
    case 'seen Active':
      return `found Active ${by}: somebody had reactivated it`
  }
}

/** "1 of 2 keys on … by run …", for each undo; names the keys unless they are all. */
export function undoneTexts(undone: UndoneLater[], deactivated: number): string[] {
  const byRun = [...Map.groupBy(undone, ({ by }) => by)]
  return byRun.map(([by, keys]) => {
    const of = keys.length === deactivated ? keysOf(deactivated) : `${keys.length} of ${keysOf(deactivated)}`
    const last = keys
      .map(({ at }) => at)
      .toSorted()
      .at(-1)
    const named = keys.length === deactivated ? '' : `: ${keys.map(({ accessKeyId }) => accessKeyId).join(', ')}`
    return `${of} on ${last} by run ${by}${named}`
  })
}

/** The same, as lines at the end of a record. */
export const undoneLines = (undone: UndoneLater[], deactivated: number, { columns }: TextOptions): string[] =>
  undoneTexts(undone, deactivated).flatMap((text) => labelled('Undone', text, columns))
