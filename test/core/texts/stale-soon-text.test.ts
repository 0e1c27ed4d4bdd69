import { expect, it } from '@jest/globals'
import { staleSoonText } from '../../../core/texts/stale-soon-text.ts'

// A use moves the day of the unused rule alone.
it('does not say that a use helps a key that is only too old', () => {
  expect(staleSoonText(14, null)).toMatch(/14.*\bunless used$/)
  expect(staleSoonText(14, 90)).toMatch(/14.*\bunless used;.*\bage\b.*\bused$/)
})
