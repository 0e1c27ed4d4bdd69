// Notes what each function asks of AWS: it listens to the SDK's clients, of every service. What is put to the roles is then
// what the functions do, and no list beside it.
import { AsyncLocalStorage } from 'node:async_hooks'
import { IAMClient } from '@aws-sdk/client-iam'
import type { LocalFunction } from '../../engine/step-functions.ts'

/** A session that AssumeRole gave. */
export interface Session {
  role: string
  policy: string | undefined
}

export interface AwsCall {
  /** The function's name in serverless.yml. */
  by: string
  /** The SDK's name of the service, such as SFN. */
  service: string
  operation: string
  input: Record<string, unknown>
  /** null: signed with the function's own credentials. */
  session: Session | null
}

interface Command {
  input: Record<string, unknown>
  constructor: { name: string }
}

interface AnyClient {
  config: { serviceId: string; credentials: () => Promise<{ accessKeyId: string }> }
}

interface Answer {
  /** Of GetAccessKeyLastUsed: whose key it is. */
  UserName?: string
  Credentials?: { AccessKeyId: string }
}

type Send = (this: AnyClient, command: Command, ...rest: unknown[]) => Promise<Answer>

/** All clients inherit one `send`. */
const everyClient: { send: Send } = Object.getPrototypeOf(IAMClient.prototype)

/** Listens until `stop`. */
export function listenToAws() {
  const caller = new AsyncLocalStorage<string>()
  const sessions = new Map<string, Session>()
  const calls: AwsCall[] = []
  const { send } = everyClient
  everyClient.send = async function (command, ...rest) {
    const { serviceId: service, credentials } = this.config
    const by = caller.getStore()
    const [operation, { input }] = [command.constructor.name.replace(/Command$/, ''), command]
    const session = sessions.get((await credentials()).accessKeyId) ?? null
    const call: AwsCall = { by: by ?? '', service, operation, input, session }
    if (by !== undefined) calls.push(call)
    const answer = await send.call(this, command, ...rest)
    if (answer.UserName) call.input = { UserName: answer.UserName, ...input }
    if (operation === 'AssumeRole' && answer.Credentials)
      sessions.set(answer.Credentials.AccessKeyId, { role: String(input.RoleArn), policy: input.Policy?.toString() })
    return answer
  }
  return {
    calls,
    /** The same function, whose calls are noted. */
    noted:
      (name: string, handler: LocalFunction): LocalFunction =>
      (event, context) =>
        caller.run(name, () => handler(event, context)),
    stop: () => {
      everyClient.send = send
    },
  }
}
