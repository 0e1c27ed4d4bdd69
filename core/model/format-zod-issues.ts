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

/** The rule that a value breaks, to be read after the value: "must be at least 1". */
export function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`
    case 'too_small':
      return `must ${AMOUNTS[issue.origin] ?? 'be'} at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`
    case 'too_big':
      return `must ${AMOUNTS[issue.origin] ?? 'be'} at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
    case 'invalid_value':
      return `must be ${issue.values.join(' or ')}`
    default:
      return issue.message
  }
}

const TYPES: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  array: 'a list',
  object: 'an object',
}
/** Of text and lists the length counts. */
const AMOUNTS: Record<string, string> = { string: 'have', array: 'have' }
const UNITS: Record<string, string> = { string: ' characters', array: ' items' }
