// What zod found wrong, in one line of ours.
import type * as z from 'zod'

/** An error's cause travels through the state machine, where data has a limit. */
const LONGEST = 1500

/** "policy.unusedDays: Too small: expected number to be >=1" for every fault, with what was received where zod tells. */
export function formatZodIssues(error: z.ZodError): string {
  const whole = error.issues
    .map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}${receivedIn(issue)}`)
    .join('; ')
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)} ...` : whole
}

/** What was received, where the check was told to report it; zod itself tells its type at the most ("received string"). */
function receivedIn({ code, input, message }: z.core.$ZodIssue): string {
  // Of a field that we do not know its name stands in the message; its value may be anything.
  if (input === undefined || code === 'unrecognized_keys') return ''
  const received = JSON.stringify(input)?.slice(0, 80)
  return /received \w+$/.test(message) ? ` ${received}` : `, received ${received}`
}
