// docs/approval.md hands out policies: they must be enough for the commands that it names, and no more.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { accountOf } from '../support/world.ts'
import { inProcess } from './command.ts'
import { deployed } from './deployed.ts'

interface Policy {
  Statement: { Action: string | string[]; Resource: string | string[] }[]
}

const text = readFileSync('docs/approval.md', 'utf8')
const [approver, starter] = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json) as Policy)

/** The end of an ARN such as arn:aws:execute-api:…:a1b2c3/(any stage)/GET/runs lets through "GET /runs". */
const routesOf = ({ Resource }: Policy['Statement'][number]): RegExp[] =>
  [Resource].flat().map((arn) => {
    const [method = '', path = ''] = /\/\*\/([A-Z]+)(\/.*)$/.exec(arn)?.slice(1) ?? []
    return new RegExp(`^${method} ${path.replaceAll('*', '.*')}$`)
  })

describe("an approver's policy in docs/approval.md", () => {
  const [look, decide] = (approver?.Statement ?? []).map((statement) => {
    const routes = routesOf(statement)
    return (route: string) => routes.some((one) => one.test(route))
  })

  it('lets see what waits by its first statement, and answer by its second alone', () => {
    expect(['GET /runs', 'GET /runs/r', 'POST /runs/r/decision'].map((route) => look?.(route))).toEqual([
      true,
      true,
      false,
    ])
    expect(['GET /runs', 'GET /runs/r', 'POST /runs/r/decision'].map((route) => decide?.(route))).toEqual([
      false,
      false,
      true,
    ])
  })

  it('speaks of nothing but the API', () => {
    expect(approver?.Statement.flatMap(({ Action }) => Action)).toEqual(['execute-api:Invoke', 'execute-api:Invoke'])
  })
})

describe("a starter's policy in docs/approval.md", () => {
  it('has what a deployed run is started and followed with, and nothing else of Step Functions', async () => {
    const there = await deployed({ account: accountOf({ idle: 200 }), settings: 'mode: apply' })
    const before = there.sfn.requests.length
    await inProcess(['run', '--machine', there.machine, '--store', there.world.directory], there.env)
    // The machine itself looks whether another run is open.
    const asked = there.sfn.requests.slice(before).filter(({ operation }) => operation !== 'ListExecutions')
    const actions = starter?.Statement.flatMap(({ Action }) => Action) ?? []
    // Whoever may start a run may stop it, from the console; the command line does not.
    const needed = actions.filter((action) => action !== 'states:StopExecution')
    expect([...new Set(asked.map(({ operation }) => `states:${operation}`))].sort()).toEqual(needed.toSorted())
  })
})
