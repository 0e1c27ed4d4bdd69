// keysweep stop: stops the open runs of this machine's stores, or those of a deployed machine after disabling its schedule.
// Then it says what the runs changed, and how to undo it.
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import type { Stopped } from '../../core/model/printed.ts'
import { plain, plainJson, plainLine } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import type { FinishedRun } from '../../local/follow-run.ts'
import { EXIT } from '../exit-code.ts'
import { failureLine } from '../failure.ts'
import { confirm } from '../follow/confirm-account.ts'
import { chosenMachine } from '../options/machine.ts'
import { namedStore, openStoreHere, storesToRead } from '../options/store.ts'
import { showRecord } from '../render/shown-record.ts'
import { isInteractive, type Terminal } from '../render/terminal.ts'
import { showOrganization } from './show-organization.ts'
import type { StopOptions } from './stop.ts'

/** What was stopped, with the record of each run that can be read. */
export interface StopResult extends Stopped {
  records: FinishedRun[]
  /** The organization runs among them, on this machine. */
  organizations: { store: RunStore; record: OrganizationRecord }[]
  /** Ctrl-C ended the wait for what was sent. */
  interrupted: boolean
}

/** @returns the exit code. @throws UsageError, NotConfirmed, and what AWS and the run store throw. */
export async function stop(options: StopOptions, terminal: Terminal): Promise<number> {
  const machine = chosenMachine(options, terminal)
  if (!options.yes && !isInteractive(terminal))
    throw new UsageError('Nobody can confirm: keysweep stop needs a terminal, or --yes. Nothing was stopped.')
  const result = machine === null ? await stopHere(options, terminal) : await stopThere(machine, options, terminal)
  if (options.json) terminal.stdout.write(`${plainJson(JSON.stringify(printedOf(result)))}\n`)
  else await showStopped(result, terminal)
  for (const fault of result.faults) terminal.stderr.write(failureLine(fault, terminal.env))
  if (result.interrupted) return EXIT.interrupted
  return result.faults.length === 0 && result.runs.every(({ settled }) => settled) ? EXIT.clean : EXIT.failed
}

async function stopHere(options: StopOptions, terminal: Terminal): Promise<StopResult> {
  const { openHere } = await import('../follow/open-here.ts')
  const { stopOpen } = await import('../follow/stop-here.ts')
  const { open, faults } = await openHere(storesToRead(options, terminal), terminal)
  const names = open.map(({ runId }) => plain(runId)).join(', ')
  if (open.length > 0)
    await confirm(`Stop ${open.length === 1 ? 'run' : 'the runs'} ${names} on this machine?`, options, terminal)
  const stopped = await stopOpen(open, options, terminal)
  return { ...stopped, faults: [...faults, ...stopped.faults] }
}

async function stopThere(machine: string, options: StopOptions, terminal: Terminal): Promise<StopResult> {
  const location = namedStore(options) ?? terminal.env.KEYSWEEP_STORE
  const store = location ? openStoreHere(location, terminal) : null
  await confirm(`Disable the schedule of ${machine}, and stop its open runs?`, options, terminal)
  const { stopMachine } = await import('../follow/stop-machine.ts')
  return stopMachine({ machine, store, options, terminal })
}

const printedOf = ({ machine, schedules, undos, runs, faults }: StopResult): Stopped => ({
  ...{ machine, schedules, undos, runs, faults },
})

const STATE_TEXTS: Record<StopResult['runs'][number]['state'], string> = {
  stopped: 'stopped',
  open: 'still open',
  'not known': 'not known whether it stopped',
}

async function showStopped(result: StopResult, terminal: Terminal): Promise<void> {
  const { machine, schedules, undos, runs, records, organizations } = result
  const say = (line: string) => terminal.stdout.write(`${plainLine(line)}\n`)
  for (const { name, was } of schedules)
    say(`Schedule ${name}: ${was === 'ENABLED' ? 'disabled' : 'was already disabled'}.`)
  if (machine !== null && schedules.length === 0 && result.faults.length === 0) say('No schedule starts this machine.')
  for (const runId of undos) say(`Run ${runId} is an undo and goes on: it gives access back.`)
  if (runs.length === 0 && result.faults.length === 0)
    say(
      `No ${undos.length > 0 ? 'other ' : ''}run is open${machine === null ? ' in your run stores on this machine' : ''}.`,
    )
  for (const { runId, state, settled, undo, store } of runs) {
    say(
      `Run ${runId}: ${STATE_TEXTS[state]}${state !== 'stopped' || settled ? '' : ', but what it sent may still take effect'}.`,
    )
    const record = records.find(({ record }) => record.runId === runId)
    const organization = organizations.find(({ record }) => record.runId === runId)
    if (record !== undefined) showRecord(record, {}, terminal)
    else if (organization !== undefined) await showOrganization(organization.store, runId, {}, terminal)
    else if (store !== null && machine !== null) say(`  Run store ${store} has no document of this run.`)
    else if (store === null)
      say(
        '  What it changed is in the run store of the machine. To see it, name the store with --store s3://… or KEYSWEEP_STORE.',
      )
    if (undo !== null) terminal.stderr.write(`Undo         ${plainLine(undo)}\n`)
  }
}
