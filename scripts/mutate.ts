// Runs the mutation tests (stryker.config.mjs), folder by folder: all of them, or those of the named folders and files. With
// --changed only the changed lines are mutated, in the named folders or in all. With KEYSWEEP_SHARE=4 only every fourth file of
// one folder is mutated; which folder and which files depends on the content of the last commit.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changedLines } from './changed-lines.ts'
import { MUTATED } from './rooms.ts'

/** Each must reach the score. */
const FOLDERS = MUTATED

/** This many survivors are always allowed: among few mutants, three equivalent ones are already a third. */
const SURVIVORS_OF_FEW = 3
const SHARE_OF_SURVIVORS = 0.1

const args = process.argv.slice(2)
const names = args.filter((arg) => !arg.startsWith('--'))
const isChanged = args.includes('--changed')
const since = args.find((arg) => arg.startsWith('--since='))?.replace('--since=', '')
for (const name of names)
  if (!FOLDERS.includes(name) && globSync(`{${FOLDERS.join()}}/**/*.ts`).every((file) => file !== name))
    throw new Error(`Cannot mutate ${name}: must be ${FOLDERS.join(', ')} or a file in one of them`)

// A folder for the files that tests leave behind; it is removed at the end.
const scratch = mkdtempSync(join(tmpdir(), 'keysweep-mutation-'))
const share = askedShare()
const asked = shareOf(isChanged ? changedLines(since ?? base(), names.length > 0 ? names : FOLDERS) : filesOf(names))
for (const folder of FOLDERS) {
  const whole = !isChanged && share === 1 && (names.length === 0 || names.includes(folder))
  const mutated = whole ? [`${folder}/**/*.ts`] : asked.filter((file) => file.startsWith(`${folder}/`))
  if (mutated.length === 0) console.log(`${folder}/: nothing to mutate.`)
  else if (!mutate(folder, mutated, whole)) process.exitCode = 1
}
rmSync(scratch, { recursive: true, force: true })

function askedShare(): number {
  const share = Math.max(1, Number(process.env.KEYSWEEP_SHARE ?? 1))
  if (!Number.isInteger(share)) throw new RangeError('Invalid KEYSWEEP_SHARE: must be a whole number')
  return share
}

/** The named files, and all files of the named folders; of all folders if there is no name. */
function filesOf(named: string[]): string[] {
  const folders = named.length === 0 ? FOLDERS : FOLDERS.filter((folder) => named.includes(folder))
  return [
    ...folders.flatMap((folder) => globSync(`${folder}/**/*.ts`)),
    ...named.filter((name) => name.endsWith('.ts')),
  ].sort()
}

/** The files, or the lines in them, of a share of the files; and says which share. */
function shareOf(lines: string[]): string[] {
  const files = [...new Set(lines.map((line) => line.replace(/:.*/, '')))]
  if (share === 1) return lines
  // The same files for the same content, so that a failure can be seen again. One folder, whose tests run once for all of them.
  const seed = Number.parseInt(git('rev-parse', 'HEAD^{tree}').slice(0, 8), 16)
  const folders = FOLDERS.filter((folder) => files.some((file) => file.startsWith(`${folder}/`)))
  const folder = folders[seed % folders.length]
  const from = Math.floor(seed / folders.length) % share
  const ofFolder = files.filter((file) => file.startsWith(`${folder}/`))
  const chosen = ofFolder.filter((_, at) => at % share === from)
  console.log(`${chosen.length} of ${ofFolder.length} files of ${folder}/: every ${share}th, from ${from}.`)
  return lines.filter((line) => chosen.includes(line.replace(/:.*/, '')))
}

/** @returns whether enough mutants were killed */
function mutate(folder: string, mutated: string[], whole: boolean): boolean {
  const report = `build/mutation/${folder}.json`
  rmSync(report, { force: true })
  const env = { ...process.env, TMPDIR: scratch, MUTATED: folder, MUTATED_IN_PART: whole ? '' : 'yes' }
  // A mutant in a constant runs all tests of its folder, and those of io/ wait for real time limits: only in a whole run.
  const inPart = folder === 'io' ? isChanged || share > 1 : folder !== 'core' && share > 1
  const options = inPart ? ['--ignoreStatic'] : []
  const { status } = spawnSync('stryker', ['run', '--mutate', mutated.join(','), ...options], { env, stdio: 'inherit' })
  return status === 0 && (whole || !tooManySurvive(folder, report))
}

/** The commit where this branch left main; on main itself, the commit a day before its last one. */
function base(): string {
  const head = git('rev-parse', 'HEAD')
  const main = git('for-each-ref', '--format=%(objectname)', 'refs/remotes/origin/main')
  const left = main === '' ? head : git('merge-base', main, head)
  if (left !== head) return left
  const aDayBefore = new Date(Date.parse(git('log', '-1', '--format=%cI')) - 24 * 60 * 60_000).toISOString()
  const before = git('rev-list', '-1', `--before=${aDayBefore}`, head) || git('rev-list', '--max-parents=0', head)
  if (before === head) throw new Error('No commit to compare with: this repository has only one commit')
  return before
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}

/** For a part of a folder; Stryker's own threshold is for a whole one. */
function tooManySurvive(folder: string, report: string): boolean {
  // If only types have changed, there is no mutant and no report.
  const { files } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { files: {} }
  const statuses = Object.values(files as Record<string, { mutants: { status: string }[] }>)
    .flatMap(({ mutants }) => mutants.map(({ status }) => status))
    .filter((status) => status !== 'Ignored')
  const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length
  const noticed = count('Killed', 'Timeout')
  const survivors = count('Survived', 'NoCoverage')
  const most = Math.max(SURVIVORS_OF_FEW, Math.floor((noticed + survivors) * SHARE_OF_SURVIVORS))
  console.log(`${folder}/: ${survivors} of ${noticed + survivors} mutants survived; at most ${most} may.`)
  const unclear = statuses.length - noticed - survivors
  if (unclear > 0) console.log(`${folder}/: ${unclear} mutants could not be run.`)
  return survivors > most || unclear > 0
}
