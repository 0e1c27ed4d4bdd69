// What the comparison asks of an engine, be it ours or moto's.
import type { LocalFunction } from '../../engine/step-functions.ts'
import type { ExecutionPort, StartPort, WakePort } from '../../steps/ports.ts'
import type { DefinitionEdit } from './definition-edits.ts'
import type { LambdaRefusal } from './lambda-port.ts'
import type { Told } from './told.ts'

export interface Engine {
  /** What it needs to have changed in the definition of the account machine. */
  edits: DefinitionEdit[]
  /** The same, of the organization machine. */
  organizationEdits: DefinitionEdit[]
  /** What a function's stand-in throws where Lambda itself refuses to call the function. */
  refusalOf: (refusal: LambdaRefusal) => Error
  open: (asked: MachineAsked) => Promise<Machine>
  /** As the deployed Start run asks. */
  execution: ExecutionPort['execution']
  /** The same. */
  otherOpenRun: StartPort['otherOpenRun']
  /** As the deployed decision API wakes. */
  wake: WakePort['wake']
  /** As whoever holds a token might. Rejects with the name of Step Functions' error. */
  sendSuccess: (token: string, output: string) => Promise<void>
  sendFailure: (token: string, error: string, cause: string) => Promise<void>
}

export interface MachineAsked {
  /** The .asl.json's text, placeholders and all. */
  definition: string
  /** By the placeholder that names them. */
  functions: Record<string, LocalFunction>
  /** The machines whose executions it starts, by the placeholder that names them. */
  machines?: Record<string, Pick<MachineAsked, 'definition' | 'functions'>>
  now: () => Date
  /** Default: LIMIT_MILLISECONDS. */
  limitMilliseconds?: number
}

/** A state machine that may be started more than once, also at the same time. */
export interface Machine {
  /** Resolves when the execution has ended. @throws Error for one that does not end, with its path so far */
  start: (name: string, input: unknown) => Promise<Told>
}

/** An execution that has not ended by then waits for something that does not come. Other work may slow it down. */
export const LIMIT_MILLISECONDS = 240_000
