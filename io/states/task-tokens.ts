// Resumes a state machine that waits for a task token.
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { makeSfnClient, type SfnOptions } from './sfn-client.ts'

/** The token was used, timed out, or its execution ended (Step Functions API Reference, SendTaskSuccess). */
const NO_LONGER_WAITING = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']

/**
 * Resumes the state that waits with this token. @returns false if it no longer waits. The token is in no message.
 * @throws MachineUnavailable
 */
export function makeWake(options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async (taskToken: string): Promise<boolean> => {
    try {
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))
      return true
    } catch (error) {
      const { name } = error as Error
      if (NO_LONGER_WAITING.includes(name)) return false
      throw new MachineUnavailable(`SendTaskSuccess failed with ${name}: the run may still be waiting`)
    }
  }
}
