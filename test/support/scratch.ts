// All folders that tests make are made in one of this run's own (jest's `globalSetup`), and go with it (`globalTeardown`).
import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function openScratch(): void {
  const folder = mkdtempSync(join(memory() ?? tmpdir(), 'keysweep-tests-'))
  // What stood there before comes back at the end: `--watch` does this again and again.
  Object.assign(globalThis, {
    beforeTests: { TMPDIR: process.env.TMPDIR, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  })
  process.env.TMPDIR = folder
  // The command is started again and again: compiled once, each start takes half the processor time.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
}

const SHARED_MEMORY = '/dev/shm'
const ROOM_BYTES = 4e9

/**
 * A folder in memory, where Linux has one with enough room: run stores make many small files, each of them synced. null: a
 * TMPDIR was given, or there is none.
 */
function memory(): string | null {
  if (process.env.TMPDIR !== undefined || !existsSync(SHARED_MEMORY)) return null
  const { bavail, bsize } = statfsSync(SHARED_MEMORY)
  return bavail * bsize >= ROOM_BYTES ? SHARED_MEMORY : null
}
