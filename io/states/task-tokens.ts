// Waking the state machine that waits with a task token.
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { makeSfnClient, type SfnOptions } from './sfn-client.ts'

/** Used up, timed out, or of an execution that is no more (Step Functions API Reference, SendTaskSuccess). */
const GONE_ON = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']

/** Wakes by a token; false where the state has gone on already. The token is in no message. @throws MachineUnavailable */
export function makeWake(options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async (taskToken: string): Promise<boolean> => {
    try {
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))
      return true
    } catch (error) {
      const { name } = error as Error
      if (GONE_ON.includes(name)) return false
      throw new MachineUnavailable(`SendTaskSuccess: ${name}: expected the waiting machine to be woken`)
    }
  }
}
