import { describe, expect, it } from '@jest/globals'
import { executionArnOf, isMachineArn, machineArnOf, regionOf } from '../../../io/aws/arn.ts'

const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:keysweep'
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:keysweep:run-1'

describe("a machine's ARN", () => {
  it.each([
    [MACHINE, 'eu-central-1'],
    ['arn:aws-us-gov:states:us-gov-west-1:111122223333:stateMachine:keysweep-prod', 'us-gov-west-1'],
    [`arn:aws-cn:states:cn-north-1:111122223333:stateMachine:${'x'.repeat(80)}`, 'cn-north-1'],
  ])('%s tells its Region', (arn, region) => {
    expect(isMachineArn(arn)).toBe(true)
    expect(regionOf(arn)).toBe(region)
  })
  it.each([
    '',
    'keysweep',
    ` ${MACHINE}`,
    `${MACHINE}:1`,
    `${MACHINE} `,
    EXECUTION,
    'arn:aws:states:eu-central-1:11112222333:stateMachine:keysweep',
    'arn:aws:states::111122223333:stateMachine:keysweep',
    'arn:aws:lambda:eu-central-1:111122223333:stateMachine:keysweep',
    `arn:aws:states:eu-central-1:111122223333:stateMachine:${'x'.repeat(81)}`,
  ])('is not %j', (text) => {
    expect(isMachineArn(text)).toBe(false)
  })
  it("and a run's id are the ARN of its execution, and back", () => {
    expect(executionArnOf(MACHINE, 'run-1')).toBe(EXECUTION)
    expect(machineArnOf(EXECUTION)).toBe(MACHINE)
  })
})

describe('the Region of an ARN', () => {
  it.each([
    ['arn:aws:sns:eu-west-1:111122223333:keysweep', 'eu-west-1'],
    ['arn:aws-cn:sns:cn-north-1:111122223333:t', 'cn-north-1'],
    [EXECUTION, 'eu-central-1'],
  ])('of %s is %s', (arn, region) => {
    expect(regionOf(arn)).toBe(region)
  })
  it.each([
    '',
    'keysweep',
    ` ${MACHINE}`,
    'arn:aws:iam::111122223333:user/bob',
    'arn:aws:sns::111122223333:t',
    'arn:aws:sns:eu-west-1:11112222333:t',
    'arn:aws:sns:eu-west-1:111122223333:',
    'arn:aws:sns:eu/west/1:111122223333:t',
    'sns:eu-west-1:111122223333:t',
  ])('is not in %j', (text) => {
    expect(regionOf(text)).toBe('')
  })
})
