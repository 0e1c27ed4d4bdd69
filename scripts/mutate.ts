// Runs the mutation tests (stryker.config.mjs): all of them, those of the files named, or with --changed those of the
// files that changed since the base of this branch.
import { execFileSync, spawnSync } from 'node:child_process'

const FOLDERS = ['core', 'functions', 'io']

const [first, ...more] = process.argv.slice(2)
const files = first === '--changed' ? changedSince(more[0] ?? base()) : process.argv.slice(2)
if (first === '--changed' && files.length === 0) {
  console.log(`No mutation tests: nothing changed in ${FOLDERS.join(', ')}.`)
} else {
  const only = files.length > 0 ? ['--mutate', files.join(',')] : []
  const { status } = spawnSync('stryker', ['run', ...only], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

/** Where this branch left main; on main itself, the commit before the last. */
function base(): string {
  const head = git('rev-parse', 'HEAD')
  const left = git('merge-base', 'origin/main', 'HEAD')
  return left === head ? 'HEAD~1' : left
}

/** Files that are still there, what is not committed yet included. */
function changedSince(commit: string): string[] {
  const changed = git('diff', '--name-only', '--diff-filter=d', commit, '--', ...FOLDERS)
  return changed.split('\n').filter((file) => file.endsWith('.ts'))
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}
