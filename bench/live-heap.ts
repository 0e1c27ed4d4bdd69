// Loaded before the command (`node --expose-gc --import`): what is alive after a collection, every 100 ms, and at the end
// the most of it, in a file. Peak memory tells mostly how late V8 collects; this tells what is really kept.
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
