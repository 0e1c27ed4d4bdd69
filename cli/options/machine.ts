// Whether a command uses a deployed state machine, and which one.
import { isMachineArn } from '../../io/aws/arn.ts'
import { UsageError } from '../../local/errors.ts'
import type { Terminal } from '../render/terminal.ts'

interface MachineOptions {
  machine?: string
  store?: string
}

/**
 * The ARN from --machine or KEYSWEEP_MACHINE; null for a run on this machine. With --store, KEYSWEEP_MACHINE does not count,
 * because that machine has a run store of its own. An empty --machine is refused: it comes from an unset variable in a
 * script, and would mean this machine.
 * @param refuse options that do not apply to a deployed machine
 * @throws UsageError
 */
export function chosenMachine<Options extends MachineOptions>(
  options: Options,
  { env }: Terminal,
  { refuse = [] }: { refuse?: (keyof Options & string)[] } = {},
): string | null {
  const source = options.machine === undefined ? 'KEYSWEEP_MACHINE' : '--machine'
  const arn = options.machine ?? ((options.store === undefined && env.KEYSWEEP_MACHINE) || undefined)
  if (arn === undefined) return null
  const out = refuse.find((option) => options[option] !== undefined)
  if (out !== undefined)
    throw new UsageError(`--${out} does not apply with ${source}: the deployed machine has its own ${out}.`)
  if (isMachineArn(arn)) return arn
  throw new UsageError(
    `Invalid ${source} ${JSON.stringify(arn)}: must be the ARN of a state machine, such as arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod`,
  )
}

/** The kinds of deployed machine. */
type MachineKind = 'account' | 'organization'

/** A machine for organizations is named so where it is deployed (serverless.yml): no call is needed to know it. */
const kindOf = (arn: string): MachineKind => (arn.endsWith('-organization') ? 'organization' : 'account')

/** Whether the ARN is that of a machine for organizations. */
export const isOrganizationMachine = (arn: string): boolean => kindOf(arn) === 'organization'

/** @throws UsageError for the ARN of a machine that is not for this */
export function refuseOtherKind(arn: string, kind: MachineKind): void {
  if (kindOf(arn) === kind) return
  throw new UsageError(
    kind === 'organization'
      ? `${arn} is the machine for one account. Give the one for organizations, whose name ends in -organization.`
      : `${arn} is the machine for organizations. Add --organization, or give the machine for one account.`,
  )
}
