// The frozen table of what became of the SDK's errors: compact in its file, row by row here.
import type { Answer, SdkError } from './aws-error-places.ts'

/** `$metadata` and `$response`, as SdkError has them. */
export type Shape = Pick<SdkError, 'metadata' | 'response' | 'bucketRegion'>

export interface Frozen {
  /** Sets of shapes, by name. A row has a letter for each shape of its set, in this order. */
  shapes: Record<string, Shape[]>
  /** Messages of errors, by name. */
  messages: Record<string, Pick<SdkError, 'message' | 'code'>>
  places: Record<string, FrozenPlace>
}

export interface FrozenPlace {
  /** By letter. In a text, {name}, {status}, {line} and {message} stand for what the SDK's error has. */
  answers: Record<string, Answer>
  rows: FrozenRows[]
}

export interface FrozenRows {
  class: string
  message: string
  shapes: string
  /** The letters of a row: the names of errors that have it, with a space between them; (none) is the empty name. */
  letters: Record<string, string>
}

export interface FrozenRow {
  sdk: SdkError
  answer: Answer
}

/** Every row of a place. @throws TypeError where the table names what it does not have */
export function* frozenRows({ shapes, messages, places }: Frozen, place: string): Generator<FrozenRow> {
  const { answers, rows } = needed(places[place], place)
  for (const row of rows)
    for (const [letters, names] of Object.entries(row.letters))
      for (const name of names.split(' '))
        for (const [at, shape] of needed(shapes[row.shapes], row.shapes).entries()) {
          const message = needed(messages[row.message], row.message)
          const sdk = { class: row.class, name: name === '(none)' ? '' : name, ...message, ...shape }
          yield { sdk, answer: filledIn(needed(answers[letters[at] ?? ''], letters), sdk) }
        }
}

const needed = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new TypeError(`Not in the frozen table: ${what}`)
  return value
}

/** The first line of a message, as far as most places tell it. */
const lineOf = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 300)

/** The answer to this error, its texts filled in. */
export function filledIn(answer: Answer, sdk: SdkError): Answer {
  const words: Record<string, string> = {
    name: sdk.name,
    status: String(sdk.metadata),
    line: lineOf(sdk.message),
    message: sdk.message,
  }
  const filled = (text: string) => text.replace(/\{(name|status|line|message)\}/g, (_, word) => words[word] ?? '')
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [key, typeof value === 'string' ? filled(value) : value]),
  ) as Answer
}
