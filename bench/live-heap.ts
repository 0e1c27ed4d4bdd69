// Loaded before the command (`node --expose-gc --import`), in each of its threads: measures the live heap after a garbage
// collection every 100 ms, and writes the maximum to a file for each thread. Peak memory mostly shows how late V8 collects;
// this shows what is kept.
import { writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

const { gc } = globalThis as { gc?: () => void }
let most = 0

function look(): void {
  gc?.()
  const { heapUsed, external } = process.memoryUsage()
  if (heapUsed + external <= most) return
  most = heapUsed + external
  // At once: a thread has no last moment.
  writeFileSync(`${process.env.LIVE_HEAP_FILE}-${threadId}`, String(most))
}

setInterval(look, 100).unref()
process.on('exit', look)
