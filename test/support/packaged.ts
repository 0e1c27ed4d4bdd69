// What `npm run package` makes, from a copy of the project, so that tests can do it side by side and with other settings.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const PARTS = ['serverless.yml', 'keysweep.yml', 'package.json', 'tsconfig.json']
const FOLDERS = ['stages', 'resources', 'scripts', 'functions', 'steps', 'io', 'core', 'statemachine']

export interface TemplateResource {
  Type: string
  DependsOn?: string | string[]
  DeletionPolicy?: string
  Properties: Record<string, unknown>
}

export interface Template {
  Resources: Record<string, TemplateResource>
  Outputs: Record<string, { Value: unknown }>
}

export interface Packaged {
  /** Holds the template, the zips, and the bundles under build/. */
  folder: string
  template: Template
  remove: () => Promise<void>
}

export interface PackageOptions {
  /** keysweep.yml, if not the one that stands there. */
  settings?: string
  args?: string[]
}

/** Packages as `npm run package` does: offline, with no credentials. @throws Error with what Serverless said */
export async function packaged({ settings, args = [] }: PackageOptions = {}): Promise<Packaged> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keysweep-package-'))
  for (const part of [...PARTS, ...FOLDERS]) cpSync(part, path.join(folder, part), { recursive: true })
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'))
  if (settings !== undefined) writeFileSync(path.join(folder, 'keysweep.yml'), settings)
  const serverless = path.join(folder, 'node_modules/.bin/serverless')
  const run = promisify(execFile)(serverless, ['package', ...args], { cwd: folder, env: withoutAws(process.env) })
  await run.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`serverless package failed: ${error.stdout}${error.stderr}`)
  })
  const template = readFileSync(path.join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8')
  return { folder, template: JSON.parse(template), remove: () => rm(folder, { recursive: true }) }
}

/** No credentials, no profile, no Region; and nothing that this test run's Jest tells its own processes. */
const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^AWS_|^NODE_OPTIONS$|^JEST_|^NODE_ENV$/.test(name)))
