// Plain English, as far as a program can check it: sentences that readers did not understand, words that lead to them, and
// sentences that are too long. `node scripts/english.ts <Markdown files>` lists the long sentences of these files.
import { readFileSync } from 'node:fs'

const MOST_WORDS = 25

/** Sentences of earlier versions that readers did not understand, each with its replacement. */
export const OLD_SENTENCES: [old: RegExp, use: string][] = [
  [/nothing happened"? means/i, 'A key is unused if it was not created, used or reactivated in that time.'],
  [/brought back by anybody/i, 'reactivated'],
  [/in use by the report|the report alone shows it/i, 'recently used (credential report; not checked further)'],
  [/idle the least/i, 'Most recent activity'],
  [/cannot be asked: expected one that waits/i, 'is not waiting for approval on this machine'],
  [/noted: (approve|reject) by/i, 'Approved by …'],
  [/expected \S+ to be typed, received nothing|there is --yes where nobody types/i, 'type … to confirm, or pass --yes'],
  [/no such run: expected/i, 'Run "…" not found in …'],
  [/a run on this machine asks nobody/i, 'add --approval always to require a person'],
  [/expected a directory to read and write, received/i, 'Cannot write to …: permission denied.'],
  [/only where the store itself cannot be read or written/i, 'if the store is unavailable, there is no record'],
  [/is good; one that a call put there which came late/i, 'a late call may have stored an invalid one'],
  [/how long a question has stood/i, 'Time since approval was requested'],
  [/one run that is at a loss hides no other/i, 'An unreachable run does not hide the others.'],
  [/reasons first that may want a person's hand/i, 'Reasons that may need action come first.'],
]

/** Words of riddles. Each has a plainer one. */
export const OLD_WORDS: [old: RegExp, use: string][] = [
  [/\bwhoever\b/i, 'anybody who, people who'],
  [/\bwhat stands\b|\bstands in it\b/i, 'is, has, is written'],
  [/\bwhere there (is|are) none\b/i, 'without, if there is none'],
  [/\bcomes? to nothing\b|\bwhat became of\b/i, 'the result of'],
  [/\b(is|are) told\b/i, 'is notified, receives, is shown'],
  [/(?<!from the first \w+ )\bto the last\b/i, 'permanently'],
  [/\bfor good\b/i, 'permanently'],
  [/\bby another hand\b/i, 'by somebody else'],
  [/\b(brought|brings?) (it |them |a key )?back\b/i, 'reactivated, reactivates'],
]

/** Names of earlier versions that said too little or something else, each with what is used instead. */
export const OLD_NAMES: Record<string, string> = {
  tries: 'attempts',
  over: 'closed, or what is over',
  ended: 'hasOutcome, or what has ended',
  order: 'runPolicy',
  Order: 'RunSettings',
  soon: 'expiring',
  moreSoon: 'moreExpiring',
  gone: 'keyDeleted, or what is gone',
  orGone: 'nullIfNoSuchEntity',
  stands: 'stored',
  ours: 'written',
  told: 'notified',
  untold: 'notifyFailed',
  tellWhomItReaches: 'notifyBestEffort',
  strangers: 'unknownKeyIds',
  looks: 'observations',
  lookUntil: 'pollStatus',
  broughtBack: 'reactivatedAt',
  seen: 'reactivationSeen, or what was seen',
  place: 'stateDir, or what it is the place of',
  explain: 'formatZodIssues',
  heldClock: 'boundedClock',
  UNDONE: 'undoMarker',
  Ended: 'one name for each of its meanings',
  Followed: 'one name for each of its meanings',
  Asked: 'one name for each of its meanings',
  Where: 'one name for each of its meanings',
}

/** The old sentences and words in a text, as they are written in it, in lower case. */
export const oldIn = (text: string): string[] => foundIn(text, [...OLD_SENTENCES, ...OLD_WORDS])

/** Only the old sentences. */
export const oldSentencesIn = (text: string): string[] => foundIn(text, OLD_SENTENCES)

const foundIn = (text: string, olds: [old: RegExp, use: string][]): string[] =>
  olds.flatMap(([old]) => old.exec(text)?.[0].toLowerCase() ?? [])

/** A Markdown page without code blocks, tables' rulers and comments, a paragraph, item or cell on each line. */
export function proseOf(page: string): string[] {
  const text = page.replaceAll(/^```.*?^```/gms, '\n').replaceAll(/<!--.*?-->/gs, '\n')
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*#]|\d+\.) )|\n(?=\|)/)
    .flatMap((block) => (block.trimStart().startsWith('|') ? block.split('|') : [block]))
    .map((block) => block.replaceAll(/\s+/g, ' ').trim())
    .filter((block) => /[a-z]/i.test(block))
}

/** The sentences of a page with more than 25 words. Code in backticks counts as one word. */
export const longSentences = (page: string): string[] =>
  proseOf(page)
    .flatMap((block) => block.split(/(?<=[.!?](?:\*\*|\))?) (?=\S)/))
    .filter((sentence) => wordsIn(sentence) > MOST_WORDS)

const wordsIn = (sentence: string): number =>
  sentence
    .replaceAll(/`[^`]*`/g, 'code')
    .split(/\s+/)
    .filter((word) => /\w/.test(word)).length

if (import.meta.main)
  for (const file of process.argv.slice(2))
    for (const sentence of longSentences(readFileSync(file, 'utf8'))) console.log(`${file}: ${sentence}`)
