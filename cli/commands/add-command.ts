// How a command is added to the program. Its file declares it (options, help, examples) and imports nothing that help and
// version do not need; what it does is in <command>-action.ts, which is loaded when it is called.
import type { Command } from 'commander'
import type { Terminal } from '../render/terminal.ts'

/** @param finish takes the exit code */
export type AddCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void) => void
