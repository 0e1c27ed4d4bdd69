// AWS's errors for a parameter that is missing or has a wrong value.
import { type AwsError, awsError } from './aws-error.ts'

/** The parameter's value. @throws AwsError ValidationError if it is missing */
export function required(params: Record<string, string>, name: string): string {
  const value = params[name]
  if (value !== undefined) return value
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  throw failed(`Value at '${member}' failed to satisfy constraint: Member must not be null`)
}

/** The error for a value; `must` follows "Member must". */
export const invalid = (member: string, value: string, must: string): AwsError =>
  failed(`Value '${value}' at '${member}' failed to satisfy constraint: Member must ${must}`)

const failed = (what: string): AwsError => awsError('ValidationError', `1 validation error detected: ${what}`)
