// The entry of the command line: `node cli/main.ts <command>`.
import { keepCompiledCode } from './compile-cache.ts'

// A closed pipe (`| head`) must not end the run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

/** The run lock uses node:sqlite, which needs no flag from this version on. */
const OLDEST_NODE = [22, 13] as const
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])

if (isOld) {
  process.stderr.write(`keysweep: Node ${process.version} is too old. Install ${OLDEST_NODE.join('.')} or later.\n`)
  process.exitCode = 2
} else {
  // Only what is loaded from here on is kept.
  keepCompiledCode(process.env)
  const { main } = await import('./program.ts')
  process.exitCode = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
  })
}
