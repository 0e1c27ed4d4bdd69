// In which direction an execution's input may change a field of what was deployed. The right to start a run must not be a
// right to widen it, so every direction makes a run stricter, or changes nothing that a run may do.

/** How a field tightens. `T` is the field's value, so that a direction that makes no sense for it does not compile. */
export interface Direction<T> {
  /** What an input may say, to be read after the field's name. */
  says: string
  /** Whether `asked` would allow a run anything that `deployed` does not. */
  loosens: (deployed: T, asked: T) => boolean
  /** The value that holds where `asked` was said, and does not loosen. */
  join: (deployed: T, asked: T) => T
}

const replace = <T>(_deployed: T, asked: T): T => asked

/** For what one run may do at most. */
export const smaller: Direction<number> = {
  says: 'smaller',
  loosens: (deployed, asked) => asked > deployed,
  join: replace,
}

/** For a term that must be over before a key is touched. */
export const larger: Direction<number> = {
  says: 'larger',
  loosens: (deployed, asked) => asked < deployed,
  join: replace,
}

/** For a term of a rule that may be off: `null` is off, takes nothing, and is the strictest. */
export const largerOrOff: Direction<number | null> = {
  says: 'larger, or off',
  loosens: (deployed, asked) => asked !== null && (deployed === null || asked < deployed),
  join: replace,
}

/** For users who are exempt: an input can add to the list, and cannot remove anything from it. */
export const add: Direction<string[]> = {
  says: 'added to',
  loosens: () => false,
  join: (deployed, asked) => union(deployed, asked),
}

/** For a list of what is allowed: an input may name some of it. `null` allows everything. */
export const within: Direction<string[] | null> = {
  says: 'some of them',
  loosens: (deployed, asked) => deployed !== null && (asked === null || !asked.every((one) => deployed.includes(one))),
  join: replace,
}

/** For a closed set: to each deployed value the others that are at least as strict. */
export const stricter = <T extends string>(than: Record<T, readonly T[]>): Direction<T> => ({
  says: 'stricter',
  loosens: (deployed, asked) => asked !== deployed && !than[deployed].includes(asked),
  join: replace,
})

/** For a field on which no verdict, cap or write depends. @param why as a sentence: it is what a reviewer has to judge */
export const free = (why: string) => ({ says: `anything: ${why}`, loosens: () => false, join: replace })

/** Both lists, each entry once, those of `a` first. */
export const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])]

/** A table of fields, each with its direction, for the fields of `T`. */
type Directions<T> = { [F in keyof T]: { tightens: Direction<T[F]> } }

/** Some of the fields of `T`, as a schema or an option left them. */
export type Said<T> = { [F in keyof T]?: T[F] | undefined }

/** `deployed`, with each field of `said` joined to it as its direction says. It does not check whether a run may set the field. */
export function joinFields<T extends object>(table: Directions<T>, deployed: T, said: Said<T>): T {
  const joined = { ...deployed }
  for (const name of namesOf(table)) {
    const asked = said[name]
    if (asked !== undefined) joined[name] = table[name].tightens.join(deployed[name], asked)
  }
  return joined
}

/** The fields in which what was said would loosen what was deployed, in the table's order. */
export function loosenedFields<T extends object>(table: Directions<T>, deployed: T, said: Said<T>): (keyof T)[] {
  return namesOf(table).filter((name) => {
    const asked = said[name]
    return asked !== undefined && table[name].tightens.loosens(deployed[name], asked)
  })
}

/** The names of a table's fields, in its order. */
export const namesOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[]
