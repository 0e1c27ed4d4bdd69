// What zod found wrong, as one line in our words.
import type * as z from 'zod'
import { receivedText } from './received-text.ts'

/** An error's cause travels through the state machine, where data has a limit. */
const LONGEST = 1500

/** "policy.unusedDays: must be at least 1, received 0" for every fault. What was received is said if the check reports it. */
export function formatZodIssues(error: z.ZodError): string {
  const whole = error.issues.map(issueText).join('; ')
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)} ...` : whole
}

function issueText(issue: z.core.$ZodIssue): string {
  // Without a path, the fault concerns the whole value.
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  const received = receivedIn(issue)
  return `${where}${ruleOf(issue)}${received === null ? '' : `, received ${received}`}`
}

/** The value as JSON; its type if the check does not report values, which may be secret; null if not even that is known. */
function receivedIn(issue: z.core.$ZodIssue): string | null {
  // An unknown field's name is in the rule, and its value may be anything.
  if (issue.code === 'unrecognized_keys' || isMissing(issue)) return null
  if (issue.input !== undefined) return receivedText(issue.input)
  return issue.code === 'invalid_type' ? typeReceived(issue) : null
}

/** zod says the type in its message alone. */
const typeReceived = ({ message }: z.core.$ZodIssue): string | null => /received (\w+)$/.exec(message)?.[1] ?? null

const isMissing = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && typeReceived(issue) === 'undefined'

/** The rule that a value breaks, to be read after the value: "must be at least 1". */
export function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? 'missing' : `must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`
    case 'too_small':
      return `must ${limitText('at least', issue.origin, Number(issue.minimum))}`
    case 'too_big':
      return `must ${limitText('at most', issue.origin, Number(issue.maximum))}`
    case 'invalid_value':
      return `must be ${issue.values.join(' or ')}`
    case 'unrecognized_keys':
      return `${issue.keys.length === 1 ? 'unknown field' : 'unknown fields'} ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
    case 'invalid_union':
      return 'none of the allowed forms'
    default:
      return OWN_WORDS[issue.message] ?? issue.message.replace(/^Invalid \w+: /, '')
  }
}

/** zod's default text for a check that has no message. */
const OWN_WORDS: Record<string, string> = { 'Invalid input': 'not valid' }

const TYPES: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  date: 'a date',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** For text and lists, the length counts. */
const UNITS: Record<string, string> = { string: 'character', array: 'item' }

function limitText(limit: string, origin: string, count: number): string {
  const unit = UNITS[origin]
  return unit === undefined ? `be ${limit} ${count}` : `have ${limit} ${count} ${count === 1 ? unit : `${unit}s`}`
}
