// "Did you mean …?": the known name that somebody most probably meant.

/** A name may differ in a third of its letters. */
const MOST_DIFFERENT = 1 / 3
/** A beginning such as "exempt" says enough from this many letters on. */
const SHORTEST_BEGINNING = 4

/**
 * The known name that is written most like this one; null if none is like it. Case, "-" and "_" do not count.
 * @param known in the order of preference; of "policy.unusedDays" the last part is compared
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  const written = lettersOf(name)
  const like = known.flatMap((one) => {
    const letters = lettersOf(one.slice(one.lastIndexOf('.') + 1))
    const edits = editsBetween(written, letters)
    return edits <= letters.length * MOST_DIFFERENT || beginsAlike(written, letters) ? [{ one, edits }] : []
  })
  return like.toSorted((a, b) => a.edits - b.edits)[0]?.one ?? null
}

const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const beginsAlike = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= SHORTEST_BEGINNING && (a.startsWith(b) || b.startsWith(a))

/** How many letters must be added, left out or replaced (Levenshtein's distance). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
