// The account's alias, for people: a number is easily taken for another one.
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { ACCOUNT_ALIASES, ask } from './answers.ts'
import { type ClientOptions, configOf } from './client-options.ts'

/** A person waits for it. */
const LIMIT_MILLISECONDS = 2000

/**
 * Asks once. Nothing depends on the alias, so every failure means "not known": the call may be denied, or late.
 * @returns null if the account has no alias, or it is not known after two seconds
 */
export async function readAccountAlias(access: Omit<ClientOptions, 'attempts' | 'timeoutMilliseconds'> = {}) {
  const config = configOf({ ...access, attempts: 1, timeoutMilliseconds: LIMIT_MILLISECONDS })
  const tooLate = Promise.withResolvers<null>()
  // Credentials may be late too, and the client has no limit for them.
  const timer = setTimeout(() => tooLate.resolve(null), LIMIT_MILLISECONDS)
  try {
    return await Promise.race([askFor(config), tooLate.promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

async function askFor(config: ReturnType<typeof configOf>): Promise<string | null> {
  const iam = wholeAnswers(new IAMClient(config), LIMIT_MILLISECONDS)
  // An account has one alias at most.
  const { AccountAliases } = await ask(iam, new ListAccountAliasesCommand({}), ACCOUNT_ALIASES)
  return AccountAliases[0] ?? null
}
