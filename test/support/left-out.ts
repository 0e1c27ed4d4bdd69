// A Jest reporter: `npm test` needs Node alone and ends within two minutes, and names at its end what that leaves out.
import { globSync } from 'node:fs'

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
    console.error(`\n${leftOut(filesLeftOut(rootDir))}`)
  }
}

export const filesLeftOut = (rootDir: string): string[] => globSync('test/**/*.{full,long}.ts', { cwd: rootDir })

/** What to say of these files: what is in no run of `npm test`, and what runs it. */
export function leftOut(files: string[]): string {
  const named = (kind: string) =>
    files.flatMap((file) => new RegExp(`([^/]+)\\.${kind}\\.ts$`).exec(file)?.[1] ?? []).sort()
  return [
    `Left out: what needs Python 3, for moto, botocore, cfn-lint and checkov (npm run test:full): ${named('full').join(', ')}`,
    `Left out: what takes long (npm run test:long): ${named('long').join(', ')}`,
  ].join('\n')
}
