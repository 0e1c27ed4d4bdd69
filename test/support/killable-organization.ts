// An organization run in a process of its own, to be killed: against the endpoint of the test that starts it, with a store in a
// directory. At the step named it kills itself, as the power cut would; elsewhere it runs to its end.
//   node test/support/killable-organization.ts '{"endpoint": ..., "directory": ..., "at": ..., "dieAt": "before put orgs/"}'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { startLocalOrganizationRun } from '../../local/organization-run.ts'
import { freshOrganization, type PortsWorld, portsOf } from '../faults/organization-ports.ts'

export interface KillableOrganization {
  endpoint: string
  directory: string
  /** The clock's start, as an instant; it moves by the run's own pauses alone. */
  at: string
  /** The beginning of the step's name, such as "after put keys/". */
  dieAt: string
}

const options = JSON.parse(process.argv[2] ?? '') as KillableOrganization
let milliseconds = Date.parse(options.at)

function step(name: string): void {
  if (name.startsWith(options.dieAt)) process.kill(process.pid, 'SIGKILL')
}

async function around<T>(what: string, act: () => Promise<T>): Promise<T> {
  step(`before ${what}`)
  const result = await act()
  step(`after ${what}`)
  return result
}

const world: PortsWorld = {
  endpoint: { url: options.endpoint },
  raw: makeDirectoryStore(options.directory),
  now: () => new Date(milliseconds),
  pass: (more) => {
    milliseconds += more
  },
  told: [],
  through: {
    iam: (iam) => ({ ...iam, setStatus: (user, id, to) => around(`${to} ${id}`, () => iam.setStatus(user, id, to)) }),
    store: (store) => ({ ...store, put: (key, text) => around(`put ${key}`, () => store.put(key, text)) }),
  },
  timeoutMilliseconds: 5000,
}
const ports = portsOf(world)
const { execution } = startLocalOrganizationRun({
  ports: { ...ports, ...freshOrganization(world), notify: async () => {}, answerCommand: () => '' },
  portsOf: () => ({ ...ports, isRunOver: async () => false }),
  runId: 'org-1',
  input: {},
  progress: { started: () => {}, of: () => {}, suspectChecked: () => {}, planned: () => {}, accountEnded: () => {} },
  delay: (pause) => {
    world.pass(pause)
    return 0
  },
})
const { status } = await execution.result
process.stdout.write(status)
