// The policy files in docs/policies/: each is enough for the commands that it is for, and allows nothing else. What the
// commands ask of AWS is read off the calls that they make.
import { globSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId, newKey, newUser } from '../../demo/account.ts'
import { MEMBER_ROLES } from '../../demo/member-roles.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { accessKeyKey, organizationKey, organizationTokenKey, runKey, tokenKey } from '../../io/store/run-store.ts'
import { readKeyAccount } from '../../io/sts/key-account.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { ACCOUNTS, BOB_KEY, localOrganization, OPERATOR } from '../demo/small-organization.ts'
import { documentOf } from '../project/resolved.ts'
import { allowedActions, verdictOn } from '../project/simulator.ts'
import { resources } from '../project/stack.ts'
import { type LoopbackS3, startLoopbackS3 } from '../support/loopback-s3.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { scheduleOf, startScheduler } from '../support/scheduler-endpoint.ts'
import { accountOf as deployedAccountOf } from '../support/world.ts'
import { type Aws, accountOf, awsWith, daysAgo, inBackgroundHere, inProcess, keyUsed, newDirectory } from './command.ts'
import { deployed } from './deployed.ts'

interface Policy {
  Statement: { Effect: string; Action: string | string[]; Resource: string | string[] }[]
}

/** The made-up names in the files; people put their own in their place. */
const STACK_NAMES = { a1b2c3: 'api1', 'keysweep-runs': 'the-run-store' }
const SERVICES = [
  'iam',
  's3',
  'states',
  'execute-api',
  'sns',
  'lambda',
  'cloudwatch',
  'logs',
  'cloudtrail',
  'scheduler',
  'organizations',
  'sts',
]
const USER = 'arn:aws:iam::111122223333:user/people/jane'

const textOf = (name: string) => readFileSync(`docs/policies/${name}.json`, 'utf8')
const policy = (name: string): Policy => JSON.parse(textOf(name))
const actionsOf = (name: string) => policy(name).Statement.flatMap(({ Action }) => Action)
const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

it('docs/permissions.md links to each policy file, and there is no other', () => {
  const links = [...readFileSync('docs/permissions.md', 'utf8').matchAll(/\]\((policies\/[\w-]+\.json)\)/g)]
  expect(sorted(links.map(([, file]) => `docs/${file}`))).toEqual(globSync('docs/policies/*').toSorted())
})

it.each([
  ['view', 'ViewPolicy'],
  ['start', 'StartPolicy'],
  ['approve', 'ApprovePolicy'],
  ['start-organization', 'StartOrganizationPolicy'],
])('%s.json is the policy %s of the stack', (name, resource) => {
  const text = Object.entries(STACK_NAMES).reduce((all, [here, there]) => all.replaceAll(here, there), textOf(name))
  expect(JSON.parse(text)).toEqual(documentOf(resource))
})

it.each(globSync('docs/policies/*').map((file) => /([\w-]+)\.json$/.exec(file)?.[1] ?? file))(
  '%s.json allows its actions and, of all services that keysweep uses, no other',
  async (name) => {
    const allowed = await allowedActions('somebody', policy(name), SERVICES)
    expect(allowed.filter((action) => action !== 'sts:GetCallerIdentity')).toEqual(sorted(actionsOf(name)))
    expect(policy(name).Statement.filter(({ Effect }) => Effect !== 'Allow')).toEqual([])
  },
)

const SCHEDULER_ACTIONS: Record<string, string> = {
  'GET /schedules': 'ListSchedules',
  'GET /schedules/keysweep': 'GetSchedule',
  'PUT /schedules/keysweep': 'UpdateSchedule',
}

/** Every way that a run can go: a key to deactivate, one that a tag keeps, one in use, and one soon stale. */
const account = () =>
  accountOf({ idle: 200, older: 360, used: 2, soon: 85 }, [
    newUser('kept', { keys: [keyUsed('kept', 300)], tags: { 'keysweep-exempt': 'yearly' } }),
    newUser('pair', { keys: [keyUsed('pair', 300), newKey(accessKeyId('pair-2'), daysAgo(2))] }),
  ])

/** GetCallerIdentity needs no permission. */
const asked = ({ endpoint }: Aws, from = 0) =>
  endpoint.calls
    .slice(from)
    .map(({ action }) => `${action === 'LookupEvents' ? 'cloudtrail' : 'iam'}:${action}`)
    .filter((action) => action !== 'iam:GetCallerIdentity')

describe('on one machine', () => {
  it('plan.json is what `run` and `explain` need', async () => {
    const aws = await awsWith(account())
    const store = newDirectory()
    expect((await inProcess(['run', '--store', store], aws.env)).code).toBe(0)
    expect((await inProcess(['explain', accessKeyId('idle'), '--store', store], aws.env)).code).toBe(0)
    expect(sorted(asked(aws))).toEqual(sorted(actionsOf('plan')))
    expect(aws.endpoint.writes).toEqual([])
  })

  it('apply.json is what `run --apply` needs, and undo.json what `undo` needs', async () => {
    const aws = await awsWith(account())
    const store = newDirectory()
    const args = ['run', '--apply', '--yes', '--max-percent', '100', '--store', store, '--run-id', 'monday']
    expect((await inProcess(args, aws.env)).code).toBe(0)
    expect(aws.endpoint.writes.length).toBeGreaterThan(0)
    expect(sorted(asked(aws))).toEqual(sorted(actionsOf('apply')))
    const before = aws.endpoint.calls.length
    expect((await inProcess(['undo', 'monday', '--store', store], aws.env)).code).toBe(0)
    expect(sorted(asked(aws, before))).toEqual(sorted(actionsOf('undo')))
  })

  it.each(['plan', 'apply', 'undo'])(
    '%s.json names the users of one account, and what belongs to the account',
    async (name) => {
      const may = (action: string, resource: string) => verdictOn({ who: 'me', policy: policy(name), action, resource })
      for (const action of actionsOf(name)) {
        const ofAccount = /CredentialReport$|ListAccountAliases$|LookupEvents$/.test(action)
        expect([action, await may(action, ofAccount ? '*' : USER)]).toContain('Allowed')
        if (!ofAccount)
          expect([action, await may(action, USER.replace('111122223333', '444455556666'))]).not.toContain('Allowed')
      }
    },
  )
})

describe('over an Organization from one machine', () => {
  const may = (action: string, resource: string) =>
    verdictOn({ who: 'me', policy: policy('organization'), action, resource })

  it('organization.json is what the hub asks of Organizations and STS', async () => {
    const { endpoint } = await localOrganization({}, new Date())
    const credentials = { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' }
    const access = { endpoint: endpoint.url, region: 'us-east-1', credentials }
    const { accounts, tagsOf, managementAccount } = makeOrganization(access)
    await Promise.all([accounts(), tagsOf(ACCOUNTS.member), managementAccount()])
    await readKeyAccount(BOB_KEY, access)
    const caller = await whoCalls(access)
    const ports = makePorts({ store: makeMemoryStore(), settings: parseSettings(''), caller, access })
    const run = { runId: 'run-1', account: ACCOUNTS.member, caller, member: { roles: MEMBER_ROLES, profile: null } }
    await ports.iamOf(run, { role: 'read' }).listAccessKeys('bob')
    // All before the session signs.
    const actions = endpoint.calls.map(({ action }) => action)
    const byHub = actions.slice(0, actions.indexOf('AssumeRole') + 1).filter((action) => action !== 'GetCallerIdentity')
    const ofSts = ['AssumeRole', 'GetAccessKeyInfo']
    const serviceOf = (action: string) => (ofSts.includes(action) ? 'sts' : 'organizations')
    expect(sorted(byHub.map((action) => `${serviceOf(action)}:${action}`))).toEqual(sorted(actionsOf('organization')))
  })

  it('organization.json is for the roles of the template in any account, and for no other role', async () => {
    for (const role of Object.values(MEMBER_ROLES))
      expect(await may('sts:AssumeRole', `arn:aws:iam::${ACCOUNTS.member}:role/${role}`)).toBe('Allowed')
    expect(await may('sts:AssumeRole', `arn:aws:iam::${ACCOUNTS.member}:role/OrganizationAccountAccessRole`)).not.toBe(
      'Allowed',
    )
    expect(await may('sts:AssumeRole', `arn:aws:iam::${ACCOUNTS.member}:role/x/keysweep-read`)).not.toBe('Allowed')
  })
})

describe('a run store in S3, for runs on one machine', () => {
  let s3: LoopbackS3
  afterEach(() => s3.stop())

  const ACTIONS = { put: 's3:PutObject', get: 's3:GetObject', list: 's3:ListBucket' }

  it('run-store.json is what `run --apply`, `show` and `undo` need of S3', async () => {
    s3 = await startLoopbackS3()
    const aws = await awsWith(account())
    const env = { ...aws.env, AWS_ENDPOINT_URL_S3: s3.url }
    const store = ['--store', 's3://keysweep-runs/team-a']
    const runArgs = ['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'monday', ...store]
    expect((await inProcess(runArgs, env)).code).toBe(0)
    expect((await inProcess(['show', 'monday', ...store], env)).code).toBe(0)
    expect((await inProcess(['undo', 'monday', ...store], env)).code).toBe(0)
    expect(sorted(s3.requests.map(({ operation }) => ACTIONS[operation]))).toEqual(sorted(actionsOf('run-store')))
    for (const { operation, bucket, key } of s3.requests) {
      const resource = `arn:aws:s3:::${bucket}${operation === 'list' ? '' : `/${key}`}`
      const request = { who: 'me', policy: policy('run-store'), action: ACTIONS[operation], resource }
      expect([resource, await verdictOn(request)]).toEqual([resource, 'Allowed'])
    }
  })
})

it.each([
  ['a run', runKey('monday', 'plan.json')],
  ['a key', accessKeyKey(accessKeyId('idle'), 'monday', 'intent')],
  ['an organization run', organizationKey('monday', 'accounts.json')],
  ['a question of a run', tokenKey('monday', 1)],
  ['a question of an organization run', organizationTokenKey('monday', 1)],
])('run-store.json is for the documents of %s, and not under another prefix', async (_, key) => {
  for (const action of ['s3:GetObject', 's3:PutObject'])
    for (const [prefix, allowed] of Object.entries({ 'team-a': 'Allowed', 'team-b': 'ImplicitlyDenied' })) {
      const resource = `arn:aws:s3:::keysweep-runs/${prefix}/${key}`
      expect(await verdictOn({ who: 'me', policy: policy('run-store'), action, resource })).toBe(allowed)
    }
})

describe('with the deployed machine', () => {
  it('start.json is what `run --machine` needs of Step Functions, and stopping a run', async () => {
    const there = await deployed({ account: deployedAccountOf({ idle: 200 }), settings: 'mode: apply' })
    const before = there.sfn.requests.length
    await inProcess(['run', '--machine', there.machine, '--store', there.world.directory], there.env)
    // The machine itself looks for other open runs.
    const operations = there.sfn.requests.slice(before).map(({ operation }) => operation)
    const needed = operations.filter((operation) => operation !== 'ListExecutions')
    const stopping = 'states:StopExecution'
    expect(sorted([...needed.map((operation) => `states:${operation}`), stopping])).toEqual(sorted(actionsOf('start')))
  })

  it('stop.json is what `stop --machine` needs of Step Functions and EventBridge Scheduler', async () => {
    const there = await deployed({
      account: deployedAccountOf({ idle: 200 }),
      settings: '{ mode: apply, approval: always }',
    })
    const scheduler = await startScheduler(scheduleOf('keysweep', there.machine))
    const run = inBackgroundHere(['run', '--apply', '--machine', there.machine], there.env)
    await run.says(/Waiting for approval/)
    const before = there.sfn.requests.length
    const env = { ...there.env, AWS_ENDPOINT_URL_SCHEDULER: scheduler.url }
    expect((await inProcess(['stop', '--yes', '--machine', there.machine], env)).code).toBe(0)
    await run.ended
    const states = there.sfn.requests.slice(before).map(({ operation }) => `states:${operation}`)
    const schedules = scheduler.requests.map(
      (request) => `scheduler:${SCHEDULER_ACTIONS[request.replace(/[?].*/, '')]}`,
    )
    // AWS checks it when a schedule is updated.
    expect(sorted([...states, ...schedules, 'iam:PassRole'])).toEqual(sorted(actionsOf('stop')))
  })

  it.each([
    ['', 'Schedule'],
    ['-organization', 'OrganizationSchedule'],
  ])(
    'stop.json is for the machine keysweep-prod%s, its schedule and its role, and for no other',
    async (suffix, name) => {
      const may = (action: string, resource: string) =>
        verdictOn({ who: 'me', policy: policy('stop'), action, resource })
      const schedule = `arn:aws:scheduler:eu-west-1:111122223333:schedule/default/keysweep-prod${suffix}`
      const role = `arn:aws:iam::111122223333:role/keysweep-prod-${name}Role-1ABC`
      const machine = `arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod${suffix}`
      const execution = `${machine.replace(':stateMachine:', ':execution:')}:monday`
      expect(resources[name]?.Properties?.Name).toBe(`keysweep-prod${suffix}`)
      expect(await may('states:ListExecutions', machine)).toBe('Allowed')
      for (const action of ['DescribeExecution', 'GetExecutionHistory', 'StopExecution'])
        expect([action, await may(`states:${action}`, execution)]).toEqual([action, 'Allowed'])
      expect(await may('scheduler:UpdateSchedule', schedule)).toBe('Allowed')
      expect(await may('scheduler:UpdateSchedule', `${schedule}-count-waiting`)).not.toBe('Allowed')
      expect(await may('iam:PassRole', role)).toBe('Allowed')
      expect(await may('iam:PassRole', role.replace(`${name}Role`, 'DeactivateKeyRole'))).not.toBe('Allowed')
    },
  )

  it('approve.json shows what waits by its first statement, and answers by its second alone', () => {
    const routesOf = (resources: string | string[] = []) =>
      [resources].flat().map((arn) => {
        const [method = '', path = ''] = /\/\*\/([A-Z]+)(\/.*)$/.exec(arn)?.slice(1) ?? []
        return new RegExp(`^${method} ${path.replaceAll('*', '.*')}$`)
      })
    const ways = policy('approve').Statement.map(({ Resource }) =>
      ['GET /runs', 'GET /runs/r', 'POST /runs/r/decision'].map((route) =>
        routesOf(Resource).some((one) => one.test(route)),
      ),
    )
    expect(ways).toEqual([
      [true, true, false],
      [false, false, true],
    ])
  })
})
