import { describe, expect, it } from '@jest/globals'
import { refusalText, runRefusedText } from '../../../core/texts/refusal-text.ts'

describe('a refusal is said once', () => {
  it.each([
    ['Report refused: it is empty.', 'Report refused: it is empty.', 'Run r: Report refused: it is empty.'],
    ['Account 1 refused: no', 'Account 1 refused: no', 'Run r: Account 1 refused: no'],
    ['Run r refused: keyEvents', 'Run r refused: keyEvents', 'Run r refused: keyEvents'],
    ['Run r was started twice', 'Refused: Run r was started twice', 'Run r was started twice'],
    ['Run rest waits', 'Refused: Run rest waits', 'Run r refused: Run rest waits'],
    ['GetUser: it refused: no', 'Refused: GetUser: it refused: no', 'Run r refused: GetUser: it refused: no'],
    ['', 'Refused: ', 'Run r refused: '],
  ])('%j', (message, alone, withRun) => {
    expect([refusalText(message), runRefusedText('r', message)]).toEqual([alone, withRun])
    expect(runRefusedText('r', message).match(/refused:/gi)?.length ?? 0).toBeLessThanOrEqual(
      message.includes('it refused') ? 2 : 1,
    )
  })
})
