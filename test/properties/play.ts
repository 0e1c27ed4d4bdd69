// Plays a scenario in a world, and has every run judged as soon as it has ended.
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { PASS } from '../support/world.ts'
import { judgeRun } from './judge-run.ts'
import { judgeUndo } from './judge-undo.ts'
import { act, type Change } from './lives.ts'
import type { Disturbance, RunStep, Scenario, Step, UndoStep } from './scenario.ts'
import type { Noted } from './witness.ts'
import { execute, type OpenWorld, type World } from './worlds.ts'

const DAY = 86_400_000

/** A run or an undo that has ended: what was asked of it, and where in the notes it begins. */
export interface PlayedStep<S extends RunStep | UndoStep = RunStep | UndoStep> {
  runId: string
  step: S
  /** Of an undo: the run that it undid. */
  undone: string | null
  /** Of an undo: the keys asked for; null: all. */
  asked: string[] | null
  noted: Noted[]
  /** Writes and changes of other people before it began. */
  writesBefore: number
  didBefore: number
  statusBefore: Map<string, string>
  failed: boolean
  answered: number | null
}

/** What a scenario came to. Complaints are breaches of what must always hold, each a sentence. */
export interface Played {
  complaints: string[]
  ended: PlayedStep[]
  writes: number
}

export async function play(scenario: Scenario, open: OpenWorld): Promise<Played> {
  const world = await open(scenario.account, scenario.beginning)
  const ended: PlayedStep[] = []
  const complaints: string[] = []
  try {
    for (const step of scenario.steps) {
      const one = await playStep(world, step, ended)
      if (one === null) continue
      ended.push(one)
      const judged =
        one.step.do === 'run'
          ? await judgeRun(world, one as PlayedStep<RunStep>, ended)
          : await judgeUndo(world, one as PlayedStep<UndoStep>, ended)
      complaints.push(...judged.map((complaint) => `${one.runId}: ${complaint}`))
      if (one.step.do === 'run') complaints.push(...(await replay(world, one)))
    }
    return { complaints, ended, writes: world.writes.length }
  } finally {
    await world.close()
  }
}

async function playStep(world: World, step: Step, ended: PlayedStep[]): Promise<PlayedStep | null> {
  switch (step.do) {
    case 'run':
      return playRun(world, step, `run-${ended.length}`)
    case 'undo':
      return playUndo(world, step, `undo-${ended.length}`, ended)
    case 'pass':
      world.pass(step.milliseconds)
      return null
    case 'pass to':
      passTo(world, step.key, step.days * DAY + step.by)
      return null
    case 'hand':
      hand(world, step.change)
      return null
  }
}

const hand = (world: World, change: Change) => act(world.account, change, world.now(), world.writes, world.did)

/** To so many milliseconds after the last thing that happened to a key, if that is still to come. */
function passTo(world: World, which: number, milliseconds: number): void {
  const keys = world.account.users.slice(1).flatMap((user) => user.keys)
  const key = keys[which % Math.max(keys.length, 1)]
  if (key === undefined) return
  const changes = [
    ...world.did.map(({ accessKeyId, at }) => ({ accessKeyId, at })),
    ...world.writes.map(({ accessKeyId, at }) => ({ accessKeyId, at: Date.parse(at) })),
  ]
  const happened = changes.filter((one) => one.accessKeyId === key.id).map((one) => one.at)
  const last = Math.max(key.createdAt.getTime(), key.lastUsed?.at.getTime() ?? 0, ...happened)
  const missing = last + milliseconds - world.now().getTime()
  if (missing > 0) world.pass(missing)
}

function disturb(world: World, { changes, faults }: Disturbance): void {
  world.witness.plot({
    beforeCall: (n) => {
      for (const { at, change } of changes) if (at === n) hand(world, change)
    },
    fault: (n) => faults.find(({ at }) => at === n)?.fault,
  })
}

const bits = <T>(list: T[], mask: number): T[] => list.filter((_, at) => (mask >> at) & 1)

async function watch<S extends RunStep | UndoStep>(
  world: World,
  about: Pick<PlayedStep<S>, 'runId' | 'step' | 'undone' | 'asked'>,
  order: Parameters<typeof execute>[1],
): Promise<PlayedStep<S>> {
  const notedBefore = world.witness.noted.length
  const [writesBefore, didBefore] = [world.writes.length, world.did.length]
  const statusBefore = new Map(world.account.users.flatMap((user) => user.keys.map((key) => [key.id, key.status])))
  disturb(world, about.step)
  const { result, answered } = await execute(world, order)
  world.witness.plot({ beforeCall: () => {}, fault: () => undefined })
  const noted = world.witness.noted.slice(notedBefore)
  return { ...about, noted, writesBefore, didBefore, statusBefore, failed: result.status !== 'SUCCEEDED', answered }
}

function playRun(world: World, step: RunStep, runId: string): Promise<PlayedStep<RunStep>> {
  const { mode, approval, policy, byHand, reply } = step
  return watch(
    world,
    { runId, step, undone: null, asked: null },
    {
      runId,
      settings: byHand ? { mode: 'plan', approval, policy } : { mode, approval, policy },
      input: byHand ? { mode: 'apply', approval: 'always' } : {},
      meanwhile: () => {
        world.pass(reply.answer === 'late' ? 7 * DAY : reply.after)
        for (const change of reply.meanwhile) hand(world, change)
      },
      reply: reply.answer === 'late' ? null : { answer: reply.answer, leaveOut: (keys) => bits(keys, reply.leaveOut) },
    },
  )
}

async function playUndo(
  world: World,
  step: UndoStep,
  runId: string,
  ended: PlayedStep[],
): Promise<PlayedStep<UndoStep> | null> {
  const runs = ended.filter((one) => one.step.do === 'run')
  const undone = runs[step.of % Math.max(runs.length, 1)]
  if (undone === undefined) return null
  const sent = [...new Set(undone.noted.filter((note) => note.write !== null).map((note) => note.subject[1] ?? ''))]
  const asked = step.only === null ? null : bits(sent, step.only)
  if (asked?.length === 0) return null
  const undo = { run: undone.runId, ...(asked === null ? {} : { keys: asked }) }
  return watch(
    world,
    { runId, step, undone: undone.runId, asked },
    {
      runId,
      settings: { mode: 'plan' },
      input: { undo },
      meanwhile: () => {},
      reply: null,
    },
  )
}

/** Every call of Deactivate key made once more, also for keys that are none of the run's business: nothing is written. */
async function replay(world: World, { runId }: PlayedStep): Promise<string[]> {
  const ports = {
    iamOf: () => world.witness.iam,
    store: world.store,
    now: world.now,
    pause: async () => {},
    deployedMode: () => 'apply' as const,
  }
  const before = world.witness.noted.filter((note) => note.action === 'setStatus').length
  const complaints: string[] = []
  for (const user of world.account.users) {
    for (const { id } of user.keys) {
      const stands = await world.store.get(`keys/${id}/${runId}.outcome.json`)
      const again = await makeDeactivateKey(ports)({ runId, pass: PASS, user: user.name, accessKeyId: id }).catch(
        (error: Error) => error,
      )
      const right =
        again instanceof Error
          ? again.name === 'PlanRefused' && stands === null
          : again.outcome === JSON.parse(stands ?? '{}').outcome
      if (!right)
        complaints.push(`${runId}: called again for ${id}, where ${stands} stands: ${JSON.stringify(again)} ${again}`)
    }
  }
  const after = world.witness.noted.filter((note) => note.action === 'setStatus').length
  return after === before
    ? complaints
    : [...complaints, `${runId}: called again, it sent ${after - before} updates more`]
}
