// The command by which the reader of a message starts keysweep: KEYSWEEP_COMMAND, from the deploy parameter `command`.
import { CLONE_COMMAND } from '../../core/texts/message-text.ts'

/**
 * The words before `approve` or `show`. Never `npx` with a name: if the package is not installed, npx runs any package of
 * that name from a registry, with the reader's credentials.
 */
export const typedCommand = ({ KEYSWEEP_COMMAND }: NodeJS.ProcessEnv): string => KEYSWEEP_COMMAND || CLONE_COMMAND

/** Where the command works; empty for a command of the deploy. */
export const whereTyped = (env: NodeJS.ProcessEnv): string =>
  typedCommand(env) === CLONE_COMMAND ? ', in a clone of keysweep' : ''
