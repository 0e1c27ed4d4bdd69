// The entry of the command line: `node cli/main.ts <command>`.
import { main } from './program.ts'

// A reader who has seen enough (`| head`) ends the pipe, not the run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await main(process.argv.slice(2), {
  // Opened by whoever asks for it: most commands read nothing.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
})
