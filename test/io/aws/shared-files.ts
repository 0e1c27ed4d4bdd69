// AWS's shared files, as a test writes them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import { newFolder } from '../../support/folders.ts'

const before = { ...process.env }
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
})

/** Writes both files. The SDK finds them by the process's own environment, which has them until the test ends. */
export function sharedFiles(config: string, credentials = ''): void {
  const folder = newFolder()
  for (const [name, file, text] of [
    ['AWS_CONFIG_FILE', 'config', config],
    ['AWS_SHARED_CREDENTIALS_FILE', 'credentials', credentials],
  ] as const) {
    writeFileSync(join(folder, file), text)
    process.env[name] = join(folder, file)
  }
}
