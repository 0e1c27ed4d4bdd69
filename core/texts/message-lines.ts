// Lines that messages of runs and of organization runs share.
import type { RunEnded } from '../model/messages.ts'
import { IF_APPLIED_WORDS } from './approval-text.ts'

export const ifAppliedText = ({ step, why }: NonNullable<RunEnded['ifApplied']>): string =>
  `${IF_APPLIED_WORDS[step]}${why.length === 0 ? '' : `: ${why.join('; ')}`}`

export const commandLines = (why: string, command: string | null): string[] =>
  command === null ? ['No command is shown, because a shell could misread the id of this run.'] : [why, `  ${command}`]
