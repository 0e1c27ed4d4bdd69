// Whether a command is for the deployed machine, and which one.
import { isMachineArn } from '../../io/aws/arn.ts'
import { UsageError } from '../../local/errors.ts'
import type { Terminal } from '../render/terminal.ts'

interface MachineOptions {
  machine?: string
  store?: string
}

/**
 * The machine's ARN by --machine or KEYSWEEP_MACHINE, or null for a run on this machine. A store that is named says where
 * to work: the environment's machine has another, and only a machine that is named beside it can be meant.
 * @param refuse options that have no meaning for the deployed machine
 * @throws UsageError
 */
export function chosenMachine<Options extends MachineOptions>(
  options: Options,
  { env }: Terminal,
  { refuse = [] }: { refuse?: (keyof Options & string)[] } = {},
): string | null {
  const arn = options.machine ?? (options.store === undefined ? env.KEYSWEEP_MACHINE : undefined)
  if (!arn) return null
  const out = refuse.find((option) => options[option] !== undefined)
  if (out !== undefined)
    throw new UsageError(`Option --${out} refused: the deployed machine has its own, received both`)
  return checkedMachine(arn)
}

/** @throws UsageError for what is no machine's ARN */
function checkedMachine(arn: string): string {
  if (isMachineArn(arn)) return arn
  throw new UsageError(
    `Machine refused: expected the ARN of a state machine, such as arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod, received ${JSON.stringify(arn)}`,
  )
}
