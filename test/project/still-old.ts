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
  'test/functions/ask-for-approval.test.ts': 5,
  'test/functions/check-suspects.test.ts': 1,
  'test/functions/decide-messages.test.ts': 8,
  'test/functions/decide.test.ts': 6,
  'test/functions/generate-report.test.ts': 1,
  'test/functions/lambda/ports.test.ts': 5,
  'test/functions/make-plan.test.ts': 2,
  'test/functions/parse-report.test.ts': 1,
  'test/functions/plan-undo.test.ts': 3,
  'test/functions/reactivate-key.test.ts': 4,
  'test/functions/read-decision.test.ts': 1,
  'test/functions/start-run.test.ts': 3,
  'test/functions/write-record.test.ts': 2,
  'test/io/notify/event-bus.test.ts': 1,
  'test/io/states/machine.test.ts': 3,
  'test/io/store/s3-errors.test.ts': 1,
  'test/io/store/s3-store.test.ts': 2,
  'test/local/two-terminals.test.ts': 1,
  'test/project/changed-lines.test.ts': 1,
  'test/steps/change-status.test.ts': 1,
  'test/steps/not-confirmed.test.ts': 3,
  'test/steps/odd-decisions.test.ts': 1,
  'test/steps/run-documents.test.ts': 1,
  'test/steps/stored-refusals.test.ts': 5,
  'test/support/sfn-endpoint.ts': 1,
}
