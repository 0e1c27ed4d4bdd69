// All folders that tests make are made in one of this run's own (jest's `globalSetup`), and go with it (`globalTeardown`).
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function openScratch(): void {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'keysweep-tests-'))
  // The command is started some two hundred times: compiled once, each start takes half the processor time.
  process.env.NODE_COMPILE_CACHE = join(process.env.TMPDIR, 'compiled')
}
