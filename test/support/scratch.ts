// All folders that tests make are made in one of this run's own (jest's `globalSetup`), and go with it (`globalTeardown`).
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function openScratch(): void {
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-tests-'))
  // What stood there before comes back at the end: `--watch` does this again and again.
  Object.assign(globalThis, {
    beforeTests: { TMPDIR: process.env.TMPDIR, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  })
  process.env.TMPDIR = folder
  // The command is started again and again: compiled once, each start takes half the processor time.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
}
