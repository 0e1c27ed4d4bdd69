// Runs the mutation tests (stryker.config.mjs), folder by folder: all of them, those of the folders and files named, or
// with --changed those of the lines that changed since a commit.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { changedLines } from './changed-lines.ts'

/** Each has to reach the score by itself. */
const FOLDERS = ['core', 'functions', 'io']

/** So many survivors are never too many: among few mutants, three that do the same as the original are a third. */
const SURVIVORS_OF_FEW = 3
const SHARE_OF_SURVIVORS = 0.1

const [first, ...more] = process.argv.slice(2)
const isChanged = first === '--changed'
const asked = isChanged ? changedLines(more[0] ?? base(), FOLDERS) : process.argv.slice(2)

for (const folder of FOLDERS) {
  const whole = first === undefined || asked.includes(folder)
  const mutated = whole ? [`${folder}/**/*.ts`] : asked.filter((file) => file.startsWith(`${folder}/`))
  if (mutated.length === 0) {
    console.log(`No mutation tests of ${folder}/: nothing of it is asked for.`)
    continue
  }
  const report = `build/mutation/${folder}.json`
  rmSync(report, { force: true })
  const env = { ...process.env, MUTATED: folder, MUTATED_IN_PART: whole ? '' : 'yes' }
  const { status } = spawnSync('stryker', ['run', '--mutate', mutated.join(',')], { env, stdio: 'inherit' })
  if (status !== 0 || (!whole && tooManySurvive(folder, report))) process.exitCode = 1
}

/** Where this branch left main; on main itself, where it stood a day before its last commit. */
function base(): string {
  const head = git('rev-parse', 'HEAD')
  const main = git('for-each-ref', '--format=%(objectname)', 'refs/remotes/origin/main')
  const left = main === '' ? head : git('merge-base', main, head)
  if (left !== head) return left
  const aDayBefore = new Date(Date.parse(git('log', '-1', '--format=%cI')) - 24 * 60 * 60_000).toISOString()
  const [before] = [
    git('rev-list', '-1', `--before=${aDayBefore}`, head),
    git('rev-list', '--max-parents=0', head),
  ].filter(Boolean)
  if (before === undefined || before === head)
    throw new Error('expected a commit to compare with, received only one commit')
  return before
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}

/** Stryker's own threshold is for a whole folder. */
function tooManySurvive(folder: string, report: string): boolean {
  // Lines of types alone leave nothing to try, and no report.
  const { files } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { files: {} }
  const statuses = Object.values(files as Record<string, { mutants: { status: string }[] }>).flatMap(({ mutants }) =>
    mutants.map(({ status }) => status),
  )
  const survivors = statuses.filter((status) => status === 'Survived' || status === 'NoCoverage').length
  const tried = statuses.filter((status) => status !== 'Ignored').length
  const most = Math.max(SURVIVORS_OF_FEW, Math.floor(tried * SHARE_OF_SURVIVORS))
  console.log(`${folder}/: ${survivors} of ${tried} faults were not noticed; at most ${most} may be.`)
  return survivors > most
}
