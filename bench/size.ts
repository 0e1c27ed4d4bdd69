// `npm run size`: the size of each function's bundle and the time to load it, compared with a bare IAM client. The size, but
// not the time, includes what a bundle loads at its first call: the SDK clients of S3, SNS and Step Functions.
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { BUNDLE_OPTIONS, bundleFunctions } from '../scripts/bundle.ts'

const RUNS = 15
const BARE = `import { IAMClient } from '@aws-sdk/client-iam'; export const client = new IAMClient({ region: 'us-east-1' })`

interface Row {
  name: string
  kilobytes: string
  zipped: string
  milliseconds: string
}

const folder = mkdtempSync(path.join(tmpdir(), 'keysweep-size-'))
try {
  const sources = globSync('functions/*.ts').filter((file) => /^export const handler/m.test(readFileSync(file, 'utf8')))
  await bundleFunctions(process.cwd(), sources.sort(), folder)
  await bundleBareClient(path.join(folder, 'bare.cjs'))
  const files = [path.join(folder, 'bare.cjs'), ...globSync(`${folder}/functions/*.cjs`).sort()]
  console.table(Object.fromEntries(files.map(measure).map(({ name, ...row }) => [name, row])))
} finally {
  rmSync(folder, { recursive: true })
}

async function bundleBareClient(outfile: string): Promise<void> {
  const { outExtension: _, ...options } = BUNDLE_OPTIONS
  await build({ ...options, stdin: { contents: BARE, resolveDir: process.cwd() }, outfile })
}

function measure(file: string): Row {
  const bytes = readFileSync(file)
  const name = path.basename(file, '.cjs')
  return {
    name: name === 'bare' ? 'a bare IAM client' : name,
    kilobytes: (bytes.length / 1000).toFixed(0),
    zipped: (gzipSync(bytes).length / 1000).toFixed(0),
    milliseconds: median(Array.from({ length: RUNS }, () => loadingTime(file))).toFixed(1),
  }
}

/** In a new process, in milliseconds. */
function loadingTime(file: string): number {
  const script = `const at = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - at)`
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
