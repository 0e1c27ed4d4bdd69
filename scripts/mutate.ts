// Runs the mutation tests (stryker.config.mjs), folder by folder: all of them, those of the folders and files named, or
// with --changed those of the files that changed since the base of this branch.
import { execFileSync, spawnSync } from 'node:child_process'

/** Each has to reach the score by itself. */
const FOLDERS: Record<string, string[]> = {
  core: [],
  // A mutant in a constant or a schema is reached by no single test, and all tests of a function or of a client take
  // seconds: these mutants are left out here.
  functions: ['--ignoreStatic'],
  io: ['--ignoreStatic'],
}

const [first, ...more] = process.argv.slice(2)
const files = first === '--changed' ? changedSince(more[0] ?? base()) : process.argv.slice(2)
const all = first === undefined

for (const [folder, options] of Object.entries(FOLDERS)) {
  const whole = all || files.includes(folder)
  const mutated = whole ? [`${folder}/**/*.ts`] : files.filter((file) => file.startsWith(`${folder}/`))
  if (mutated.length === 0) {
    console.log(`No mutation tests of ${folder}/: nothing of it is asked for.`)
    continue
  }
  const env = { ...process.env, MUTATED: folder }
  const { status } = spawnSync('stryker', ['run', '--mutate', mutated.join(','), ...options], { env, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

/** Where this branch left main; on main itself, the commit before the last. */
function base(): string {
  const left = git('merge-base', 'origin/main', 'HEAD')
  return left === git('rev-parse', 'HEAD') ? 'HEAD~1' : left
}

/** Files that are still there, what is not committed yet included. */
function changedSince(commit: string): string[] {
  const changed = git('diff', '--name-only', '--diff-filter=d', commit, '--', ...Object.keys(FOLDERS))
  return changed.split('\n').filter((file) => file.endsWith('.ts'))
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}
