import { answersAsFrozen } from './frozen-answers.ts'

answersAsFrozen(1)
