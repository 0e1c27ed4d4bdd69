import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'

export default function removeScratch(): void {
  const folder = tmpdir()
  if (!basename(folder).startsWith('keysweep-tests-'))
    throw new Error(`expected the tests' own folder, received ${folder}`)
  // A program that a test has killed may still be writing its last.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  const { beforeTests } = globalThis as unknown as { beforeTests: Record<string, string | undefined> }
  for (const [name, value] of Object.entries(beforeTests)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
