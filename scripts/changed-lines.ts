// Which lines of our code changed since a commit, as Stryker takes them: "io/pages.ts:12-15".
import { execFileSync } from 'node:child_process'

/** Of the TypeScript files in these folders that git knows and that are still there, what is not committed yet included. */
export function changedLines(commit: string, folders: string[]): string[] {
  // However git is set up here.
  const plain = ['--unified=0', '--no-color', '--no-ext-diff', '--src-prefix=a/', '--dst-prefix=b/', '--diff-filter=d']
  const args = ['diff', ...plain, commit, '--', ...folders]
  return linesOf(execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
}

/** @param diff of git, without context. @throws Error for a change of no file */
export function linesOf(diff: string): string[] {
  let file = ''
  return diff.split('\n').flatMap((line) => {
    const named = /^\+\+\+ b\/(.*)$/.exec(line)
    if (named !== null) file = named[1] ?? ''
    const [, from, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    if (from === undefined) return []
    if (file === '') throw new Error(`expected the name of a file before its changes, received ${line}`)
    if (!file.endsWith('.ts')) return []
    // Where lines were only removed, git names the one before: what stands around the gap is looked at.
    const first = Math.max(Number(from), 1)
    return [`${file}:${first}-${count === '0' ? first + 1 : first + Number(count) - 1}`]
  })
}
