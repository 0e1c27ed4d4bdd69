// Every seventh row of the table; the long tests try them all. Seven is no length of anything in the table, so each error and
// each shape of an answer has its turn.
import { answersAsFrozen } from './frozen-answers.ts'

answersAsFrozen(7)
