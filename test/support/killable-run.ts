// A run in a process of its own, to be killed: against the endpoint of the test that starts it, with a store in a directory.
// At the step named it kills itself, as the power cut would; elsewhere it runs to its end.
//   node test/support/killable-run.ts '{"endpoint": ..., "directory": ..., "runId": ..., "input": {}, "dieAt": "before put "}'
import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId } from '../../demo/account.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { type LocalRunOptions, startLocalRun } from '../../local/local-run.ts'

export interface KillableOptions {
  endpoint: string
  directory: string
  /** The clock's start, as an instant; it moves by the run's own pauses alone. */
  at: string
  runId: string
  input: object
  /** The beginning of the step's name, such as "after put keys/"; none: it lives. */
  dieAt?: string
}

const options = JSON.parse(process.argv[2] ?? '') as KillableOptions
let milliseconds = Date.parse(options.at)

function step(name: string): void {
  if (options.dieAt !== undefined && name.startsWith(options.dieAt)) process.kill(process.pid, 'SIGKILL')
}

async function around<T>(what: string, act: () => Promise<T>): Promise<T> {
  step(`before ${what}`)
  const result = await act()
  step(`after ${what}`)
  return result
}

const where = {
  endpoint: options.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: accessKeyId('operator'), secretAccessKey: 'x' },
}
const iam = makeIam({ account: '111122223333', attempts: 1, ...where })
const store = makeDirectoryStore(options.directory)
const ports: LocalRunOptions['ports'] = {
  caller: makeCaller({ attempts: 1, ...where }),
  iamOf: () => ({
    ...iam,
    setStatus: (user, id, to) => around(`${to} ${user}`, () => iam.setStatus(user, id, to)),
  }),
  patientIamOf: () => iam,
  trailOf: () => makeTrail({ attempts: 1, partition: 'aws', ...where }),
  store: { ...store, put: (key, text) => around(`put ${key}`, () => store.put(key, text)) },
  now: () => new Date(milliseconds),
  pause: async (pause) => {
    milliseconds += pause
  },
  settings: () => parseSettings('{ mode: apply, policy: { concurrency: 1, maxPercent: 100 } }'),
  deployedMode: () => 'apply',
  otherOpenRun: async () => null,
  notify: async () => {},
  answerCommand: () => '',
}
const { runId, input } = options
const { status } = await startLocalRun({
  ports,
  runId,
  input,
  delay: (pause) => {
    milliseconds += pause
    return 0
  },
}).result
process.stdout.write(status)
