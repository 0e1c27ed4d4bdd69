// Loaded before the command (`node --expose-gc --import`): measures the live heap after a garbage collection every 100 ms, and
// writes the maximum to a file. Peak memory mostly shows how late V8 collects; this shows what is kept.
import { writeFileSync } from 'node:fs'

const { gc } = globalThis as { gc?: () => void }
let most = 0

function look(): void {
  gc?.()
  const { heapUsed, external } = process.memoryUsage()
  most = Math.max(most, heapUsed + external)
}

setInterval(look, 100).unref()
process.on('exit', () => {
  look()
  writeFileSync(process.env.LIVE_HEAP_FILE ?? '', String(most))
})
