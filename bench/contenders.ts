// The programs that are measured, each started as its users do.
import { type Command, fileOf } from './measure.ts'

const CLI = [process.execPath, fileOf('../cli/main.ts')]
const PYTHON = fileOf('.venv/bin/python')

/** The caps are raised, because 500 keys of 2,000 exceed the default ones. */
const CAPS = ['--max-keys', '1000', '--max-percent', '100']

export const keysweep = (...args: string[]): Command => [...CLI, ...args]

export const keysweepApply: Command = keysweep('run', '--apply', '--yes', ...CAPS)

/** The folder has a keysweep.yml, which raises the caps. */
export const keysweepOrganization = (...args: string[]): Command => keysweep('run', '--organization', ...args)

/** The folder has an accounts.yml. The policies are those of one account. */
export const custodianOrganization: Command = [
  fileOf('.venv/bin/c7n-org'),
  'run',
  ...['--config', 'accounts.yml', '--use', fileOf('custodian.yml'), '--output-dir', 'custodian'],
  ...['--region', 'us-east-1', '--cache-path', '.', '--cache-period', '15'],
]

const custodianWith = (policies: string): Command => [
  fileOf('.venv/bin/custodian'),
  'run',
  ...['--region', 'us-east-1', '--cache', 'custodian.cache', '--output-dir', 'custodian'],
  fileOf(policies),
]

export const PLAIN_LOOP = 'plain loop'

/** In the order in which they are measured and shown. */
export const CONTENDERS: { name: string; command: Command }[] = [
  { name: 'keysweep', command: keysweepApply },
  { name: 'Cloud Custodian', command: custodianWith('custodian.yml') },
  { name: PLAIN_LOOP, command: [PYTHON, fileOf('plain-loop.py')] },
]

export const ONE_POLICY = { name: 'Cloud Custodian, one policy', command: custodianWith('custodian-one-policy.yml') }

/** The SDK calls of a run of keysweep and nothing else: the minimum cost of such a run. */
export const BARE_CALLS = "keysweep's calls alone"

export const bareCalls = (calls: Record<string, number>): Command => [
  process.execPath,
  fileOf('bare-calls.ts'),
  JSON.stringify(calls),
]
