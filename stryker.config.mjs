// Mutation testing: Stryker makes one small fault after the other in our code (a mutant) and runs the tests. A mutant that
// no test notices has survived: a test is missing, or the code says more than it needs to.
//   npm run test:mutation                      core/, steps/, functions/ and io/
//   npm run test:mutation -- --changed         only the lines that this branch changed; on main, those of a day
//   npm run test:mutation -- core/run/plan.ts  only this

// scripts/mutate.ts goes through the folders one by one, and names the one it is at.
const report = `build/mutation/${process.env.MUTATED ?? 'all'}`

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  // What decides, what carries it out and what talks to AWS. engine/, demo/ and cli/ stand on these.
  mutate: ['core/**/*.ts', 'steps/**/*.ts', 'functions/**/*.ts', 'io/**/*.ts'],

  // Below 90 of 100 the run fails; scripts/mutate.ts judges a part of a folder. The rest is not a licence: a survivor is
  // looked at, and it gets a test, or simpler code, or, where it does the same as the original, a line in docs/internals/mutation.md
  // with the reason.
  thresholds: { high: 95, low: 90, break: process.env.MUTATED_IN_PART ? null : 90 },

  // Our own, in test/mutation/, for speed: it says there why.
  testRunner: 'circus',
  plugins: ['./test/mutation/runner.ts'],
  // Only the tests that reach a mutant run on it. A mutant in what happens while a file is loaded (a schema of zod, a
  // constant, a table) is reached by no single test: all tests of the files that import it run.
  coverageAnalysis: 'perTest',
  ignoreStatic: false,

  concurrency: 2,
  // A mutant that takes too long counts as noticed, so a busy machine must not make one so: this is in milliseconds on
  // top of one and a half times what the tests took at first.
  timeoutMS: 30_000,
  // What is loaded anew for a mutant is never let go: a process that has seen this many is replaced.
  maxTestRunnerReuse: 200,
  // Stryker would rewrite it by TypeScript's own library, which TypeScript 7 does not have. Nothing needs it here.
  tsconfigFile: 'none',

  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false },
  htmlReporter: { fileName: `${report}.html` },
  jsonReporter: { fileName: `${report}.json` },
  tempDirName: 'build/mutation/sandbox',
  ignorePatterns: ['/build', '/.serverless', '/.keysweep', '/dist', '/.venv', '/.venv-checkov', '/bench'],
}
