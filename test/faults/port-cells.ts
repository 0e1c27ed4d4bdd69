// What else a run needs of the world, and what becomes of the run where it fails: people who cannot be told, programs that
// cannot be told, Step Functions that does not answer.
import { MachineUnavailable, NoticeFailed } from '../../core/model/errors.ts'
import { complaints } from './judge.ts'
import { openScene, type Scene, type SceneName } from './scenes.ts'

const BREAK: Record<string, { scene: SceneName; set: (scene: Scene, due: () => boolean) => void }> = {
  'people cannot be asked': {
    scene: 'approve',
    set: ({ world: { ports } }, due) => {
      const { notify } = ports
      ports.notify = async (message) => (due() ? Promise.reject(new NoticeFailed('planted')) : notify(message))
    },
  },
  'people cannot be told the end': {
    scene: 'apply',
    set: ({ world: { ports } }, due) => {
      const { notifyOutcome } = ports
      ports.notifyOutcome = async (message) =>
        due() ? Promise.reject(new NoticeFailed('planted')) : notifyOutcome(message)
    },
  },
  'programs cannot be told the end': {
    scene: 'undo',
    set: ({ world: { ports } }, due) => {
      const { publish } = ports
      ports.publish = async (events) => (due() ? Promise.reject(new NoticeFailed('planted')) : publish(events))
    },
  },
  'other runs cannot be asked for': {
    scene: 'apply',
    set: ({ world: { ports } }, due) => {
      ports.otherOpenRun = async () => (due() ? Promise.reject(new MachineUnavailable('planted')) : null)
    },
  },
  'the machine cannot be woken': {
    scene: 'approve',
    set: (scene, due) => {
      scene.decidePorts = (ports) => ({
        ...ports,
        wake: async (token) => (due() ? Promise.reject(new MachineUnavailable('planted')) : ports.wake(token)),
      })
    },
  },
}

export const PORT_CELLS = Object.keys(BREAK).flatMap((fault) =>
  (['once', 'for good'] as const).map((lasting) => [fault, lasting] as const),
)

/** Runs one cell; judged by the endpoint and the account. @returns what is wrong, and how the run ended */
export async function runPortCell(fault: string, lasting: 'once' | 'for good') {
  const { scene: name, set } = BREAK[fault] as (typeof BREAK)[string]
  const scene = await openScene(name)
  let seen = 0
  set(scene, () => {
    seen += 1
    return lasting === 'for good' || seen === 1
  })
  const run = await scene.run()
  return { wrong: await complaints(scene, run), seen, status: run.record?.status, writes: scene.world.endpoint.writes }
}
