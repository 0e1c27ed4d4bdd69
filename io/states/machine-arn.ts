// The names by which Step Functions knows a state machine and its executions.
const MACHINE_ARN = /^arn:aws[\w-]*:states:([a-z0-9-]+):\d{12}:stateMachine:[\w-]{1,80}$/

export const isMachineArn = (text: string): boolean => MACHINE_ARN.test(text)

/** The Region in a machine's ARN; empty where it is none. */
export const regionOf = (machineArn: string): string => MACHINE_ARN.exec(machineArn)?.[1] ?? ''

/** arn:…:stateMachine:keysweep and run-1 -> arn:…:execution:keysweep:run-1 */
export const executionArnOf = (machineArn: string, runId: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${runId}`
