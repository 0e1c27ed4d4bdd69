// How a command is added to the program. <command>.ts declares it (options, help, examples) and imports only what help
// needs. <command>-action.ts carries it out and is loaded when the command is called.
import type { Command } from 'commander'
import type { Terminal } from '../render/terminal.ts'

/** @param finish takes the exit code */
export type AddCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void) => void
