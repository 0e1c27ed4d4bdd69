// Who may assume which role. Anybody else who could assume it would have all its permissions.
import { describe, expect, it } from '@jest/globals'
import { functions, resources } from './stack.ts'

const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')

const trust = (service: string, condition: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...condition }],
})
/** Services that act for any caller. Here they may act for this account only. */
const OURS = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }

/** By role; every other role is a function's. */
const OTHERS: Record<string, object> = {
  StateMachineRole: trust('states.amazonaws.com', OURS),
  ScheduleRole: trust('scheduler.amazonaws.com', OURS),
  HourlyCountRole: trust('scheduler.amazonaws.com', OURS),
  OrganizationMachineRole: trust('states.amazonaws.com', OURS),
  OrganizationScheduleRole: trust('scheduler.amazonaws.com', OURS),
}

describe('a role is assumed by one service and nobody else:', () => {
  it.each(roles)('%s', (name, { Properties }) => {
    expect(Properties.AssumeRolePolicyDocument).toEqual(OTHERS[name] ?? trust('lambda.amazonaws.com'))
  })

  it('Lambda’s are those of the functions', () => {
    const lambdas = roles.map(([name]) => name).filter((name) => OTHERS[name] === undefined)
    expect(lambdas.toSorted()).toEqual(
      Object.values(functions)
        .map(({ role }) => role)
        .toSorted(),
    )
  })

  it('and none is given a policy from elsewhere, or a way to be used for longer', () => {
    const known = ['RoleName', 'Description', 'AssumeRolePolicyDocument', 'Policies']
    expect(
      roles.flatMap(([, { Properties }]) => Object.keys(Properties)).filter((one) => !known.includes(one)),
    ).toEqual([])
  })
})
