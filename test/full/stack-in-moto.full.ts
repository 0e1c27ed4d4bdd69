// The packaged stack in moto's CloudFormation, as far as that goes, and runs in it: its state machine, started through
// Step Functions' API, calls the bundles that were packaged, with the environment that the stack gives them.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { GetBucketEncryptionCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { BUCKET, BUS, MACHINE, policyOf } from '../project/resolved.ts'
import { verdictOn } from '../project/simulator.ts'
import { type Packaged, packaged } from '../support/packaged.ts'
import { allBridges, type BridgedMoto, bridgeTo } from './bridged-moto.ts'
import { type Calls, noteCalls } from './called.ts'
import { functionArn, REGION } from './deployed.ts'
import { MAKER } from './iam-target.ts'
import { type LambdaPort, openLambdaPort } from './lambda-port.ts'
import {
  type KeyPast,
  type MotoAccount,
  makeAccount,
  type Person,
  statusesAfter,
  statusesBefore,
} from './moto-account.ts'
import { MOTO_ACCOUNT, type MotoWithClock, startMotoWithClock } from './moto-server.ts'
import { type DeployedStack, deploy, handToInterpreter, UNKNOWN_TO_MOTO } from './moto-stack.ts'
import { countTaken } from './people.ts'

const SETTINGS = 'mode: apply\napproval: never\npolicy: { maxPercent: 100, exemptPaths: [/service/] }'

const stale: KeyPast = { created: 400, used: 200, taken: true }
const spared: KeyPast = { ...stale, taken: false }
const PEOPLE: Person[] = [
  { name: 'idle', keys: [stale] },
  { name: 'never', keys: [{ created: 300, used: null, taken: true }] },
  { name: 'busy', keys: [{ created: 400, used: 1, taken: false }] },
  { name: 'pair', keys: [stale, { created: 30, used: 1, taken: false }] },
  { name: 'backup', path: '/service/', keys: [spared] },
  { name: 'kept', tags: () => ({ 'keysweep-exempt': 'break glass' }), keys: [spared] },
]

let made: Packaged
let lambda: LambdaPort
let moto: MotoWithClock
let iam: BridgedMoto
let account: MotoAccount
let stack: DeployedStack
let calls: Calls
let clients: { sfn: SFNClient; s3: S3Client }
const shell = { ...process.env }

beforeAll(async () => {
  ;[made, lambda] = await Promise.all([packaged({ settings: SETTINGS }), openLambdaPort()])
  // The functions go by the machine's clock, so moto's does too; and its interpreter calls Lambda at MOTO_PORT.
  // IAM's own times are whole seconds.
  const at = new Date(Math.floor(Date.now() / 1000) * 1000)
  moto = await startMotoWithClock(at, { env: { MOTO_PORT: String(lambda.port) } })
  account = await makeAccount(moto, at, PEOPLE)
  iam = await bridgeTo(moto.url, allBridges(), () => new Date())
  stack = await deploy(moto.url, made)
  await handToInterpreter(moto.url, stack.outputs.get('Machine') ?? '')
  const where = { endpoint: moto.url, region: REGION, credentials: MAKER }
  clients = { sfn: new SFNClient(where), s3: new S3Client({ ...where, forcePathStyle: true }) }
  calls = noteCalls()
  serveBundles()
})

afterAll(async () => {
  process.env = shell
  calls.stop()
  clients.sfn.destroy()
  clients.s3.destroy()
  await Promise.all([iam.stop(), moto.stop(), lambda.stop(), made.remove()])
})

/** Every function of the stack answers with its bundle. */
function serveBundles(): void {
  const functions = Object.entries(made.template.Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
  for (const [logicalId, { Properties }] of functions) {
    const [file = '', name = ''] = (Properties.Handler as string).split('.')
    const bundle = createRequire(import.meta.url)(join(made.folder, `${file}.cjs`))
    const noted = calls.noted(logicalId.replace(/LambdaFunction$/, ''), bundle[name])
    lambda.functions.set(functionArn(made.template, logicalId), noted)
    Object.assign(process.env, environmentOf(logicalId))
  }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: moto.url,
    AWS_ENDPOINT_URL_IAM: iam.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: MAKER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: MAKER.secretAccessKey,
    // A run's log is not for the eyes of whoever runs the tests.
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  })
}

/** One process stands for all functions here; what two of them are given by one name is one value. */
function environmentOf(logicalId: string): Record<string, string> {
  const { Variables } = stack.resource(logicalId).Properties.Environment as { Variables: Record<string, unknown> }
  const known = {
    KEYSWEEP_ACCOUNT: MOTO_ACCOUNT,
    KEYSWEEP_STORE: `s3://${bucket()}`,
    KEYSWEEP_TOPIC: stack.ids.get('Notices') ?? '',
    KEYSWEEP_MACHINE: stack.outputs.get('Machine') ?? '',
  }
  return Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (known[name as keyof typeof known] ?? ''),
    ]),
  )
}

const bucket = () => stack.ids.get('RunStore') ?? ''

async function run(name: string, input: unknown): Promise<{ status: string | undefined; record: RunRecord }> {
  const stateMachineArn = stack.outputs.get('Machine')
  const { executionArn } = await clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  )
  for (;;) {
    const { status } = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }))
    if (status !== 'RUNNING') return { status, record: JSON.parse(await read(`runs/${name}/record.json`)) }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function read(Key: string): Promise<string> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket(), Key }))
  return (await Body?.transformToString()) ?? ''
}

describe('the stack in moto', () => {
  it('has every resource that moto can make', () => {
    const known = Object.entries(made.template.Resources).filter(([, { Type }]) => !UNKNOWN_TO_MOTO.includes(Type))
    expect(known.length).toBeGreaterThan(50)
    expect(known.map(([name]) => name).filter((name) => !stack.ids.has(name))).toEqual([])
  })

  it('has a state machine with every placeholder filled, under the name that the roles are written for', async () => {
    const stateMachineArn = stack.outputs.get('Machine')
    const { definition = '', name } = await clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))
    expect(name).toBe('keysweep-prod')
    expect(definition).not.toMatch(/\$\{/)
    const arns = [...new Set(definition.match(/arn:aws:lambda:[^"]+/g))]
    expect(arns.filter((arn) => !lambda.functions.has(arn))).toEqual([])
  })

  it('has a run store that is encrypted', async () => {
    const encryption = await clients.s3.send(new GetBucketEncryptionCommand({ Bucket: bucket() }))
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toHaveLength(1)
  })

  it('makes a plan, and touches no key', async () => {
    const { status, record } = await run('plan-1', { mode: 'plan' })
    expect(record).toMatchObject({ status: 'planned', plan: { keys: countTaken(PEOPLE) } })
    expect(status).toBe('SUCCEEDED')
    expect(await account.statuses()).toEqual(statusesBefore(PEOPLE))
  })

  it('takes a stored plan, and in mode plan touches no key', async () => {
    const { status, record } = await run('stored-1', { mode: 'plan', apply: { run: 'plan-1' } })
    expect(record).toMatchObject({ status: 'planned', report: null, plan: { keys: countTaken(PEOPLE) } })
    expect(status).toBe('SUCCEEDED')
    expect(await account.statuses()).toEqual(statusesBefore(PEOPLE))
  })

  it('deactivates what is stale, with the settings that were packaged', async () => {
    const { status, record } = await run('apply-1', {})
    expect(record).toMatchObject({ status: 'deactivated', counts: { deactivated: countTaken(PEOPLE), failed: 0 } })
    expect(status).toBe('SUCCEEDED')
    expect(await account.statuses()).toEqual(statusesAfter(PEOPLE))
  })

  it('reactivates it', async () => {
    const { status, record } = await run('undo-1', { undo: { run: 'apply-1' } })
    expect(record).toMatchObject({ status: 'reactivated', counts: { reactivated: countTaken(PEOPLE), failed: 0 } })
    expect(status).toBe('SUCCEEDED')
    expect(await account.statuses()).toEqual(statusesBefore(PEOPLE))
  })

  it("made no call, in all these runs, that the caller's role does not allow", async () => {
    const resources: Record<string, string> = {
      'states:DescribeExecution': `${MACHINE.replace(':stateMachine:', ':execution:')}:plan-1`,
      'states:ListExecutions': MACHINE,
      'events:PutEvents': BUS,
      'cloudtrail:LookupEvents': '*',
    }
    const refused: string[] = []
    for (const { by, action, key } of calls.all()) {
      const resource = action.startsWith('s3:') ? [BUCKET, key].filter(Boolean).join('/') : (resources[action] ?? '')
      const context = { 's3:if-none-match': '*' }
      const asked = { who: `${by}Role`, policy: policyOf(`${by}Role`), action, resource }
      const verdict = await verdictOn(action === 's3:PutObject' ? { ...asked, context } : asked)
      if (verdict !== 'Allowed') refused.push(`${by}: ${action} ${resource}: ${verdict}`)
    }
    expect(refused).toEqual([])
    const callers = new Set(calls.all().map(({ by }) => by))
    expect([...callers].sort()).toEqual([
      'CheckSuspects',
      'DeactivateKey',
      'GenerateReport',
      'MakePlan',
      'ParseReport',
      'PlanUndo',
      'ReactivateKey',
      'ReadKeyEvents',
      'StartRun',
      'TakeStoredPlan',
      'WriteRecord',
    ])
  })
})
