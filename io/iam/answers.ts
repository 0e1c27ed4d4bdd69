// Checks that each answer of IAM and STS contains what it must. An incomplete answer is an error, never "none" and never
// "done". The check runs inside the SDK's retries, so that an invalid answer is retried like any other failure.
import * as z from 'zod'
import { IamAnswerError } from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { ACCESS_KEY_ID } from '../../core/model/ids.ts'
import { firstLine } from '../aws/errors.ts'
import { sendRead } from '../aws/reads.ts'
import { isTooLate } from '../aws/whole-answer.ts'

const text = z.string().min(1)
const keyId = z.string().regex(ACCESS_KEY_ID, 'must be an access key id')

export const REPORT_STATE = z.object({ State: z.enum(['STARTED', 'INPROGRESS', 'COMPLETE']) })

export const REPORT = z.object({
  Content: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0, 'empty'),
  GeneratedTime: z.date(),
  ReportFormat: z.literal('text/csv'),
})

/** IsTruncated is optional in AWS's model, and moto, LocalStack and MiniStack leave it out: pages.ts reads such a list. */
const page = { IsTruncated: z.boolean().optional(), Marker: z.string().optional() }

/** A key without a creation date is accepted here: its verdict is `unknown`, so the key is kept. */
export const ACCESS_KEYS = z.object({
  ...page,
  AccessKeyMetadata: z.array(
    z.object({ UserName: text, AccessKeyId: keyId, Status: text, CreateDate: z.date().optional() }),
  ),
})

/** "Never used" needs an answer that names the user and has no date, and service N/A. */
export const LAST_USED = z.object({
  UserName: text,
  AccessKeyLastUsed: z.union([
    z.object({ LastUsedDate: z.date(), ServiceName: text, Region: text }),
    z.object({
      LastUsedDate: z.undefined().optional(),
      ServiceName: z.literal('N/A'),
      Region: z.string().optional(),
    }),
  ]),
})

export const KEY_OWNER = z.object({ UserName: text })

const tags = z.array(z.object({ Key: text, Value: z.string() }))

export const TAGS = z.object({ ...page, Tags: tags })

/** For a user without tags, IAM may leave out the list. */
export const USER = z.object({
  User: z.object({
    UserName: text,
    Path: z.string().startsWith('/').endsWith('/'),
    CreateDate: z.date(),
    Tags: tags.optional(),
  }),
})

/** By IAM's rule for an alias. */
export const ACCOUNT_ALIASES = z.object({ AccountAliases: z.array(z.string().regex(/^[a-z0-9][a-z0-9-]*$/)) })

export const KEY_ACCOUNT = z.object({ Account: z.string().regex(/^\d{12}$/) })

export const IDENTITY = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string().startsWith('arn:') })

/** The part of an SDK command that accepts middleware. */
interface Command {
  middlewareStack: { add(middleware: never, options: { step: 'deserialize'; priority: 'high' }): void }
}

interface Client {
  send(command: never, options: { abortSignal?: AbortSignal }): Promise<object>
}

type Next = (args: unknown) => Promise<{ output: object }>

/** The user that an answer must be about. The schemas do not contain the user: zod compiles a schema, once for all users. */
export interface About<Answer> {
  user: string
  /** All users that the answer names. */
  named: (answer: Answer) => string[]
}

/**
 * Sends `command`. An answer that does not match `rule`, or names another user than `about`, is refused.
 * @throws IamAnswerError, and what the SDK throws
 */
export async function ask<R extends z.ZodType>(
  client: Client,
  command: Command,
  rule: R,
  about?: About<z.infer<R>>,
): Promise<z.infer<R>> {
  const read = checked(command, rule, about) as never
  return (await sendRead((options) => client.send(read, options))) as z.infer<R>
}

function checked<R extends z.ZodType>(command: Command, rule: R, about?: About<z.infer<R>>): Command {
  const check = (next: Next) => async (args: unknown) => {
    const result = await next(args).catch(asAnswerError)
    const fit = rule.safeParse(result.output)
    if (!fit.success)
      throw answerError(
        `incomplete answer: ${formatZodIssues(fit.error)}; it has ${JSON.stringify(Object.keys(result.output).filter((name) => name !== '$metadata'))}`,
      )
    if (about) refuseOthers(about, fit.data)
    return result
  }
  command.middlewareStack.add(check as never, { step: 'deserialize', priority: 'high' })
  return command
}

function refuseOthers<Answer>({ user, named }: About<Answer>, answer: Answer): void {
  const other = named(answer).find((name) => name !== user)
  if (other !== undefined)
    throw answerError(`the answer is about user ${JSON.stringify(other)}, not ${JSON.stringify(user)}`)
}

/** A success that the SDK could not parse: HTML, truncated XML, an invalid date. */
function asAnswerError(error: unknown): never {
  const status = (error as { $response?: { statusCode?: number } }).$response?.statusCode
  if (status === undefined || status >= 300 || isTooLate(error)) throw error
  throw answerError(`unreadable answer of status ${status}: ${firstLine((error as Error).message).slice(0, 120)}`)
}

/** The SDK retries it, and does not treat it as a throttle. */
const answerError = (message: string): IamAnswerError => Object.assign(new IamAnswerError(message), { $retryable: {} })
