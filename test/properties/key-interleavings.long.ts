import { it } from '@jest/globals'
import { shareOfCases } from '../support/share.ts'
import { noUpdateEscapes } from './key-interleavings.ts'
import { many } from './seeds.ts'

it.each(many(shareOfCases(10_000)))('no update escapes the undo of its run, in any interleaving: %s', (_, cases) =>
  noUpdateEscapes(cases),
)
