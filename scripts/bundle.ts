// A Serverless plugin. It checks the parameters of a deploy, writes the dashboard, puts the stage's checked settings into
// Start run's environment, their mode into Deactivate key's and their exempt paths into IAM policies, and bundles each
// function with its dependencies.
// `functions/start-run.handler` becomes `build/functions/start-run.cjs`, the only file in its zip.
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { MODE_STOPS } from '../core/model/closed-sets.ts'
import { SettingsRefused } from '../core/model/errors.ts'
import { parseSettings } from '../core/model/settings.ts'
import { checkParameters } from './check-parameters.ts'
import { fillDashboard } from './dashboard.ts'
import { denyExemptPaths, type Resources } from './exempt-paths.ts'
import { nameMemberRoles } from './member-roles.ts'
import { checkNames } from './name-limits.ts'
import { checkStageFiles, settingsFileOf } from './stage-files.ts'
import { withoutStack } from './without-stack.ts'

const BUILD_FOLDER = 'build'

/** The part of Serverless that this uses. Its own types describe the configuration file, not what a plugin receives. */
export interface Service {
  serviceDir: string
  /** serverless.yml, which lists every parameter of a deploy with its default. */
  configurationInput?: { params?: { default?: Record<string, unknown> } }
  processedInput?: { options: { param?: string[] } }
  service: {
    functions: Record<string, FunctionDefinition>
    resources?: Resources
    provider: { stage: string }
    stepFunctions?: { stateMachines: Record<string, { name?: string }> }
  }
}

interface Tools {
  log?: { notice: (message: string) => void }
}

export interface FunctionDefinition {
  name?: string
  handler: string
  /** KEYSWEEP_SETTINGS and KEYSWEEP_MODE are the name of the settings file here; when deployed, its content and its mode. */
  environment?: Record<string, string>
  package?: { patterns?: string[] }
}

/** Lambda allows 4 kB of environment variables, names and values. This leaves room for the others. */
const MAX_SETTINGS_BYTES = 3500

/** Measured: CommonJS made from the packages' ES modules is the smallest and starts fastest. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.cjs' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
} satisfies BuildOptions

export default function bundlePlugin(serverless: Service, _options?: unknown, { log }: Tools = {}) {
  const { serviceDir, service } = serverless
  const bundle = withoutStack(async () => {
    checkStack(serverless)
    for (const named of settingsFilesOf(service.functions)) await fillSettings(serverless, named, log)
    fillDashboard(service.resources ?? {}, service.provider.stage)
    const functions = Object.values(service.functions)
    const sources = functions.map(({ handler }) => sourceOf(handler))
    const outdir = path.join(serviceDir, BUILD_FOLDER)
    const metafile = await bundleFunctions(serviceDir, sources, outdir)
    await writeFile(path.join(outdir, 'meta.json'), JSON.stringify(metafile))
    for (const definition of functions) pointToBundle(definition)
  })
  return {
    hooks: { 'before:package:createDeploymentArtifacts': bundle, 'before:package:function:package': bundle },
  }
}

/** The files that functions name in their environment, each once: both machines have a function that reads the settings. */
const settingsFilesOf = (functions: Service['service']['functions']): Set<string> =>
  new Set(Object.values(functions).flatMap(({ environment }) => environment?.KEYSWEEP_SETTINGS ?? []))

/**
 * Puts the settings, and the mode alone, where a function's environment names their file. Under the brake nobody expects a
 * plan, so the alarm for "no plan" is removed. @throws SettingsRefused
 */
async function fillSettings({ serviceDir, service }: Service, named: string, log: Tools['log']): Promise<void> {
  const { functions, provider, resources = {} } = service
  const file = settingsFileOf(serviceDir, provider.stage, named)
  log?.notice(`Settings: ${file}`)
  const text = deployedSettings(await readFile(path.join(serviceDir, file), 'utf8'), file)
  const { mode, policy, organization } = parseSettings(text)
  for (const { environment } of Object.values(functions)) {
    if (environment?.KEYSWEEP_SETTINGS === named) environment.KEYSWEEP_SETTINGS = text
    if (environment?.KEYSWEEP_MODE === named) environment.KEYSWEEP_MODE = mode
  }
  denyExemptPaths(resources, policy.exemptPaths)
  nameMemberRoles(resources, organization)
  if (MODE_STOPS[mode]) delete resources.Resources?.NoPlan
}

/** Everything that is checked before a file is written. @throws SettingsRefused */
function checkStack({ serviceDir, service, configurationInput, processedInput }: Service): void {
  const { functions, resources = {}, provider, stepFunctions } = service
  const known = configurationInput?.params?.default
  if (known) checkStageFiles(serviceDir, provider.stage, Object.keys(known), processedInput?.options.param)
  const stateMachines = stepFunctions?.stateMachines ?? {}
  checkNames({ resources: resources.Resources ?? {}, functions, stateMachines }, provider.stage)
  checkParameters(resources)
}

/**
 * The deployed settings: every field with its value, without comments.
 * @throws SettingsRefused as Start run does, and if they are too large for Lambda's environment.
 */
export function deployedSettings(yamlText: string, file?: string): string {
  const settings = JSON.stringify(parseSettings(yamlText, file))
  const bytes = Buffer.byteLength(settings)
  if (bytes <= MAX_SETTINGS_BYTES) return settings
  throw new SettingsRefused(
    `The settings are too large for Lambda's environment: at most ${MAX_SETTINGS_BYTES} bytes without comments, received ${bytes}. To exempt many users, use "*", a path or the tag keysweep-exempt.`,
  )
}

/**
 * Bundles each source (`functions/x.ts`, relative to `folder`) into `functions/x.cjs` in `outdir`, which is emptied first.
 * @returns esbuild's list of the inputs of each bundle.
 */
export async function bundleFunctions(folder: string, sources: string[], outdir: string): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true })
  const where = { absWorkingDir: folder, outbase: folder, outdir, entryPoints: sources }
  return (await build({ ...BUNDLE_OPTIONS, ...where, plugins: [shortManifest(folder)] })).metafile
}

/** Of package.json a bundle gets what core/model/manifest.ts reads. The rest names packages that only tests need. */
const shortManifest = (folder: string): Plugin => ({
  name: 'short-manifest',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]package\.json$/ }, async ({ path: file }) => {
      if (file !== path.resolve(folder, 'package.json')) return undefined
      const { version, description } = JSON.parse(await readFile(file, 'utf8'))
      return { contents: JSON.stringify({ version, description }), loader: 'json' }
    }),
})

const sourceOf = (handler: string): string => `${handler.slice(0, handler.lastIndexOf('.'))}.ts`

/** serverless.yml excludes everything but the bundle. */
function pointToBundle(definition: FunctionDefinition): void {
  const bundled = path.posix.join(BUILD_FOLDER, sourceOf(definition.handler).replace(/ts$/, 'cjs'))
  definition.package = { ...definition.package, patterns: [...(definition.package?.patterns ?? []), bundled] }
  definition.handler = path.posix.join(BUILD_FOLDER, definition.handler)
}
