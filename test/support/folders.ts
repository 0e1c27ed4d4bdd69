// A new, empty folder. It is below the scratch folder of this test run, which is removed with it (scratch.ts).
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'folder-'))
