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
  [/\bto the last\b/i, 'permanently'],
  [/\bfor good\b/i, 'permanently'],
  [/\bby another hand\b/i, 'by somebody else'],
]

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
