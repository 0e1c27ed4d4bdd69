// Parses and builds the Amazon Resource Names (ARNs) that keysweep uses.

const REGIONAL_ARN = /^arn:aws[\w-]*:[a-z0-9-]+:([a-z0-9-]+):\d{12}:./

const MACHINE_ARN = /^arn:aws[\w-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]{1,80}$/

/** The Region in an ARN; empty if it has none. */
export const regionOf = (arn: string): string => REGIONAL_ARN.exec(arn)?.[1] ?? ''

/** Whether this is the ARN of a state machine, without version or alias. */
export const isMachineArn = (text: string): boolean => MACHINE_ARN.test(text)

/** arn:…:stateMachine:keysweep and run-1 -> arn:…:execution:keysweep:run-1 */
export const executionArnOf = (machineArn: string, runId: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${runId}`

/** arn:…:execution:keysweep:run-1 -> arn:…:stateMachine:keysweep */
export const machineArnOf = (executionArn: string): string =>
  executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':')

/** The domain of the partition's services, such as amazonaws.com. */
export const domainOf = (arn: string): string => (arn.startsWith('arn:aws-cn:') ? 'amazonaws.com.cn' : 'amazonaws.com')
