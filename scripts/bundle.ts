// A Serverless plugin: checks the deploy's parameters, puts the checked settings where Start run reads them and their
// exempt paths where AWS holds to them, and bundles each function with all it needs. The function `functions/start-run.handler` becomes
// `build/functions/start-run.cjs`, alone in its zip.
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { SettingsRefused } from '../core/model/errors.ts'
import { parseSettings } from '../core/model/settings.ts'
import { checkParameters } from './check-parameters.ts'
import { denyExemptPaths, type Resources } from './exempt-paths.ts'

const BUILD_FOLDER = 'build'

/** What we use of Serverless. Its own types describe the configuration file, not what a plugin is given. */
export interface Service {
  serviceDir: string
  service: { functions: Record<string, FunctionDefinition>; resources?: Resources }
}

export interface FunctionDefinition {
  handler: string
  /** KEYSWEEP_SETTINGS names the settings file here, and holds its content when it is deployed. */
  environment?: Record<string, string>
  package?: { patterns?: string[] }
}

/** Lambda takes 4 kB of environment in all, names and values: this leaves room for the rest of ours. */
const MAX_SETTINGS_BYTES = 3500

/** Measured: CommonJS of the packages' ES modules is the smallest to load and the quickest to start. */
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

export default function bundlePlugin({ serviceDir, service }: Service) {
  const bundle = async () => {
    checkParameters(service.resources ?? {})
    const functions = Object.values(service.functions)
    for (const { environment } of functions) {
      const file = environment?.KEYSWEEP_SETTINGS
      if (environment !== undefined && file !== undefined) {
        const settings = deployedSettings(await readFile(path.join(serviceDir, file), 'utf8'))
        environment.KEYSWEEP_SETTINGS = settings
        denyExemptPaths(service.resources ?? {}, parseSettings(settings).policy.exemptPaths)
      }
    }
    const sources = functions.map(({ handler }) => sourceOf(handler))
    const outdir = path.join(serviceDir, BUILD_FOLDER)
    const metafile = await bundleFunctions(serviceDir, sources, outdir)
    await writeFile(path.join(outdir, 'meta.json'), JSON.stringify(metafile))
    for (const definition of functions) pointToBundle(definition)
  }
  return {
    hooks: { 'before:package:createDeploymentArtifacts': bundle, 'before:package:function:package': bundle },
  }
}

/**
 * The settings as they are deployed: every field with its value, and no comments.
 * @throws SettingsRefused as Start run would, and where they are too large for Lambda's environment.
 */
export function deployedSettings(yamlText: string): string {
  const settings = JSON.stringify(parseSettings(yamlText))
  const bytes = Buffer.byteLength(settings)
  if (bytes <= MAX_SETTINGS_BYTES) return settings
  throw new SettingsRefused(
    `Settings refused: too large for Lambda's environment, expected at most ${MAX_SETTINGS_BYTES} bytes without comments, received ${bytes}; exempt many users by "*", by path or by their tag keysweep-exempt`,
  )
}

/**
 * Bundles each source (`functions/x.ts`, relative to `folder`) into `functions/x.cjs` in `outdir`, made new.
 * @returns esbuild's account of what went into which bundle.
 */
export async function bundleFunctions(folder: string, sources: string[], outdir: string): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true })
  const options = { ...BUNDLE_OPTIONS, absWorkingDir: folder, outbase: folder, outdir, entryPoints: sources }
  return (await build(options)).metafile
}

const sourceOf = (handler: string): string => `${handler.slice(0, handler.lastIndexOf('.'))}.ts`

/** Everything but the bundle is left out by serverless.yml. */
function pointToBundle(definition: FunctionDefinition): void {
  const bundled = path.posix.join(BUILD_FOLDER, sourceOf(definition.handler).replace(/ts$/, 'cjs'))
  definition.package = { ...definition.package, patterns: [...(definition.package?.patterns ?? []), bundled] }
  definition.handler = path.posix.join(BUILD_FOLDER, definition.handler)
}
