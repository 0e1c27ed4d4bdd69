// The lines of our code that changed since a commit, in Stryker's format: "io/pages.ts:12-15".
import { execFileSync } from 'node:child_process'

/** In the TypeScript files of these folders, including uncommitted changes. Untracked and deleted files do not count. */
export function changedLines(commit: string, folders: string[]): string[] {
  // Independent of the user's git configuration.
  const plain = ['--unified=0', '--no-color', '--no-ext-diff', '--src-prefix=a/', '--dst-prefix=b/', '--diff-filter=d']
  const args = ['diff', ...plain, commit, '--', ...folders]
  return linesOf(execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
}

/** @param diff of git, without context lines. @throws Error for a change without a file name */
export function linesOf(diff: string): string[] {
  let file = ''
  return diff.split('\n').flatMap((line) => {
    const named = /^\+\+\+ b\/(.*)$/.exec(line)
    if (named !== null) file = named[1] ?? ''
    const [, from, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    if (from === undefined) return []
    if (file === '') throw new Error(`No file name before the change ${line}`)
    if (!file.endsWith('.ts')) return []
    // If lines were only removed, git names the line before: the lines around the gap count as changed.
    const first = Math.max(Number(from), 1)
    return [`${file}:${first}-${count === '0' ? first + 1 : first + Number(count) - 1}`]
  })
}
