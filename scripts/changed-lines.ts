// Which lines of our code changed since a commit, as Stryker takes them: "io/pages.ts:12-15".
import { execFileSync } from 'node:child_process'

/** Of the TypeScript files in these folders that are still there, what is not committed yet included. */
export function changedLines(commit: string, folders: string[]): string[] {
  const args = ['diff', '--unified=0', '--no-color', '--no-ext-diff', '--diff-filter=d', commit, '--', ...folders]
  return linesOf(execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
}

/** @param diff of git, without context */
export function linesOf(diff: string): string[] {
  let file = ''
  return diff.split('\n').flatMap((line) => {
    const named = /^\+\+\+ b\/(.*)$/.exec(line)
    if (named !== null) file = named[1] ?? ''
    const [, from, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    // Nothing but a removal leaves no line to look at.
    if (from === undefined || count === '0' || !file.endsWith('.ts')) return []
    return [`${file}:${from}-${Number(from) + Number(count) - 1}`]
  })
}
