// Organizations: how many accounts a minute, how close to the endpoint's own rate, and the memory; and c7n-org on the same
// accounts.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inFolder } from './accounts.ts'
import { bareCalls, custodianOrganization, keysweepOrganization } from './contenders.ts'
import { liveMegabytes } from './live-megabytes.ts'
import { type Command, type Measured, measure } from './measure.ts'
import { benchAccountId, CUSTODIAN_ROLE } from './organization-accounts.ts'

/** `BENCH_ACCOUNTS` makes it smaller, for a look at the bench itself. */
const MOST_ACCOUNTS = Number(process.env.BENCH_ACCOUNTS ?? 200)
const SIZES = [Math.ceil(MOST_ACCOUNTS / 4), MOST_ACCOUNTS]
const BESIDE_ACCOUNTS = Math.min(30, MOST_ACCOUNTS)
const USERS = 50
const LATENCIES_MILLISECONDS = [0, 50]

export interface Scale {
  accounts: number
  users: number
  seconds: number
  calls: number
  /** From the first call to the last. */
  callsPerSecond: number
  /** The same number of the same calls, and nothing else. */
  bareCallsPerSecond: number
  /** Of a run that plans. */
  liveMegabytes: number
  taken: number
  wronglyTaken: number
  left: number
}

export interface Beside {
  name: string
  latencyMilliseconds: number
  accounts: number
  wallSeconds: number
  cpuSeconds: number
  taken: number
  wronglyTaken: number
  left: number
}

export interface OrganizationFigures {
  scale: Scale[]
  beside: Beside[]
}

export async function organization(say: (text: string) => void): Promise<OrganizationFigures> {
  const scale: Scale[] = []
  for (const accounts of SIZES) {
    say(`keysweep, ${accounts} accounts`)
    scale.push(await scaleOf(accounts))
  }
  const beside: Beside[] = []
  for (const latencyMilliseconds of LATENCIES_MILLISECONDS) {
    for (const [name, command] of CONTENDERS) {
      say(`${name}, ${BESIDE_ACCOUNTS} accounts, each answer ${latencyMilliseconds} ms later`)
      beside.push(await besideOf(name, command, latencyMilliseconds))
    }
  }
  return { scale, beside }
}

const CONTENDERS: [name: string, command: Command][] = [
  ['keysweep', keysweepOrganization('--apply', '--yes')],
  ['c7n-org', custodianOrganization],
]

async function scaleOf(accounts: number): Promise<Scale> {
  const run = await onNewOrganization(keysweepOrganization('--apply', '--yes'), { accounts })
  const bare = await onNewOrganization(bareCalls(run.calls), { accounts })
  return {
    accounts,
    users: USERS,
    seconds: run.wallSeconds,
    calls: run.allCalls,
    callsPerSecond: rateOf(run),
    bareCallsPerSecond: rateOf(bare),
    liveMegabytes: await keptBy(accounts),
    taken: run.taken,
    wronglyTaken: run.wronglyTaken,
    left: run.left,
  }
}

const rateOf = ({ allCalls, firstCallAt, lastCallAt }: Measured): number =>
  allCalls / (((lastCallAt ?? 0) - (firstCallAt ?? 0)) / 1000)

async function besideOf(name: string, command: Command, latencyMilliseconds: number): Promise<Beside> {
  const accounts = BESIDE_ACCOUNTS
  const { wallSeconds, cpuSeconds, taken, wronglyTaken, left } = await onNewOrganization(command, {
    accounts,
    latencyMilliseconds,
  })
  return { name, latencyMilliseconds, accounts, wallSeconds, cpuSeconds, taken, wronglyTaken, left }
}

/** Runs it on a new organization in a new folder, which has the settings of both programs. */
const onNewOrganization = (
  command: Command,
  setting: { accounts: number; latencyMilliseconds?: number },
): Promise<Measured> =>
  inFolder(async (folder) => {
    await writeSettings(folder, setting.accounts)
    return measure(command, { folder, endpoint: { users: USERS, ...setting } })
  })

/** The most that is kept, of a run that plans. */
const keptBy = (accounts: number): Promise<number> =>
  inFolder(async (folder) => {
    await writeSettings(folder, accounts)
    return liveMegabytes(keysweepOrganization(), folder, { users: USERS, accounts })
  })

/** The caps are raised: a quarter of all keys is stale. */
const SETTINGS = `policy:
  maxKeys: 500
  maxPercent: 100
organization:
  maxAccounts: 10000
  maxKeys: 100000
  maxPercent: 100
`

async function writeSettings(folder: string, accounts: number): Promise<void> {
  await writeFile(join(folder, 'keysweep.yml'), SETTINGS)
  const listed = Array.from({ length: accounts }, (_, nth) => {
    const account_id = benchAccountId(nth)
    const role = `arn:aws:iam::${account_id}:role/${CUSTODIAN_ROLE}`
    return { account_id, name: `account-${account_id}`, regions: ['us-east-1'], role }
  })
  // YAML holds all of JSON.
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts: listed }))
}
