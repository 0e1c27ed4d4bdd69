// Writes test/cli/render/demo-80.txt and demo-120.txt: how the demo's record is shown on terminals of 80 and 120 columns,
// for a person to look at. A test compares them with what is shown now.
import { writeFileSync } from 'node:fs'
import { storySection } from '../../cli/render/demo-story.ts'
import { recordText } from '../../cli/render/record-text.ts'
import { coloursFor } from '../../cli/render/terminal.ts'
import { runRecord } from '../../core/model/documents/record.ts'
import { RUN_ID, runDemo, SHOWN_RUN_ID } from '../../scripts/terminal-picture.ts'

const WIDTHS = [80, 120]

/** The files with their text. @throws Error when the demo fails */
export function demoTexts(): Map<string, string> {
  const record = runRecord.parse(JSON.parse(runDemo('--json').stdout.replaceAll(RUN_ID, SHOWN_RUN_ID)))
  const colours = coloursFor({ write: () => {} }, {})
  return new Map(
    WIDTHS.map((columns) => {
      const options = { columns, colours }
      return [`test/cli/render/demo-${columns}.txt`, recordText(record, options, [storySection(record, options)])]
    }),
  )
}

if (import.meta.main) for (const [file, text] of demoTexts()) writeFileSync(file, text)
