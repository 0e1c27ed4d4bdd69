// What is still to be reworded or renamed, by file. An entry goes when its file is mended; none may come.

/** Old sentences and words (scripts/english.ts) in messages and comments. */
export const STILL_SAID: Record<string, string[]> = {}

/** Old names. */
export const STILL_NAMED: Record<string, string[]> = {}

/** How many texts of a test repeat four words in a row of a sentence: its words are to be asked for by name and facts. */
export const STILL_REPEATED: Record<string, number> = {
  'test/cli/commands/approve.test.ts': 1,
  'test/cli/commands/demo.test.ts': 3,
  'test/cli/commands/explain.test.ts': 1,
  'test/cli/commands/run.test.ts': 5,
  'test/cli/commands/undo.test.ts': 3,
  'test/cli/follow/follow.test.ts': 1,
  'test/cli/options/policy.test.ts': 2,
  'test/cli/render/record-text.test.ts': 20,
  'test/cli/render/text.test.ts': 6,
  'test/core/model/format-zod-issues.test.ts': 1,
  'test/local/two-terminals.test.ts': 1,
  'test/project/changed-lines.test.ts': 1,
  'test/support/sfn-endpoint.ts': 1,
}
