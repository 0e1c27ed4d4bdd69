import { it } from '@jest/globals'
import { noUpdateEscapes } from './key-interleavings.ts'
import { some } from './seeds.ts'

it('no update escapes the undo of its run, in any interleaving', () => noUpdateEscapes(some(400)))
