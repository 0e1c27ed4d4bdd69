// How many cases a property is tried on, and which. `npm test` tries a few hundred, always the same; `npm run test:long`
// tries ten thousand of those and ten thousand new ones. A failure names its seed and the smallest case that fails.

/** The cases of every run: whoever broke something sees it at once, and sees the same. */
const FIXED_SEED = 20_260_911

export interface Cases {
  numRuns: number
  seed: number
}

/** The first cases of the fixed seed. */
export const some = (numRuns: number): Cases => ({ numRuns, seed: FIXED_SEED })

/** What the long tests are tried on: [what it is, cases]. KEYSWEEP_SEED tries a fresh seed that failed once more. */
export const many = (numRuns = 10_000): [string, Cases][] => {
  const fresh = Number(process.env.KEYSWEEP_SEED ?? Math.floor(Math.random() * 2 ** 31))
  return [
    [`${numRuns} cases of the fixed seed`, some(numRuns)],
    [`${numRuns} cases of the fresh seed ${fresh}`, { numRuns, seed: fresh }],
  ]
}

export const MINUTES = 60_000
