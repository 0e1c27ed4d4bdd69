// A Jest reporter: `npm test` needs Node alone, and names at its end what that leaves out.
import { readdirSync } from 'node:fs'
import path from 'node:path'

const FOLDER = 'test/full'

/** Of Jest's configuration, what tells a run of all the tests from a run of some. */
interface GlobalConfig {
  rootDir: string
  testPathPatterns: { isSet: () => boolean }
  testNamePattern?: string
}

/** Jest makes a reporter with `new`. */
export default class LeftOut {
  readonly config: GlobalConfig

  constructor(config: GlobalConfig) {
    this.config = config
  }

  onRunComplete(): void {
    const { rootDir, testPathPatterns, testNamePattern } = this.config
    // Whoever asks for some of the tests knows that there are others.
    if (testPathPatterns.isSet() || testNamePattern) return
    console.error(`\n${leftOut(readdirSync(path.join(rootDir, FOLDER)))}`)
  }
}

/** What to say of the files in test/full. */
export function leftOut(files: string[]): string {
  const names = files.flatMap((file) => /^(.+)\.full\.ts$/.exec(file)?.[1] ?? []).sort()
  return `Left out: ${FOLDER} (moto, botocore, cfn-lint and checkov, so it needs Python 3; npm run test:full): ${names.join(', ')}`
}
