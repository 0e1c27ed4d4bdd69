// How much of the long tests is tried: all of it; or, with KEYSWEEP_SHARE=5, every fifth of the cells and a fifth of the
// cases. Which cells is another choice each time, so that runs of CI try them all between them; KEYSWEEP_SHARE_FROM, a
// number below the share, makes the same choice once more.

const number = (name: string, otherwise: number): number => {
  const text = process.env[name]
  if (text === undefined) return otherwise
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new RangeError(`${name}: expected a whole number, received ${JSON.stringify(text)}`)
}

const SHARE = Math.max(1, number('KEYSWEEP_SHARE', 1))
const FROM = number('KEYSWEEP_SHARE_FROM', Math.floor(Math.random() * SHARE)) % SHARE

/** What is tried, for the name of a test. */
export const SHARE_NAME = SHARE === 1 ? 'all' : `every ${SHARE}th from ${FROM}`

export const shareOf = <T>(all: T[]): T[] => all.filter((_, at) => at % SHARE === FROM)

export const shareOfCases = (cases: number): number => Math.ceil(cases / SHARE)
