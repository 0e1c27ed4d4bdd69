// How keysweep is started by whoever reads a message: KEYSWEEP_COMMAND, which a deploy sets by its parameter `command`.
import { CLONE_COMMAND } from '../../core/texts/message-text.ts'

/**
 * The words before `approve` or `show`. Never `npx` with a name: of a package that is not installed, npx runs whatever
 * stands under that name in a registry, with the credentials of whoever types it.
 */
export const typedCommand = ({ KEYSWEEP_COMMAND }: NodeJS.ProcessEnv): string => KEYSWEEP_COMMAND || CLONE_COMMAND

/** Where that works: a company's own command wherever it says. */
export const whereTyped = (env: NodeJS.ProcessEnv): string =>
  typedCommand(env) === CLONE_COMMAND ? ', in a clone of keysweep' : ''
