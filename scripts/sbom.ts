// `npm run sbom`, after `npm run package`: writes build/sbom.cdx.json, a CycloneDX list of every package in a function, with
// version, licence and checksum. `npm sbom --omit dev` leaves out packages that our tools need too.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Metafile } from 'esbuild'

export interface Sbom {
  metadata: { component: { 'bom-ref': string } }
  components: { 'bom-ref': string; name: string; version: string; licenses?: { license: { id?: string } }[] }[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

/** "zod@4.6.7" for each package with a file in a bundle. `folder` is where the bundles were made. */
export function bundledPackages({ outputs }: Metafile, folder: string): string[] {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  )
  const homes = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [])
  return [...new Set(homes)].map((home) => nameAndVersion(path.join(folder, home, 'package.json'))).sort()
}

function nameAndVersion(file: string): string {
  const { name, version } = JSON.parse(readFileSync(file, 'utf8'))
  return `${name}@${version}`
}

/** The part of `all` with these packages. @throws Error for a package that `all` does not have */
export function onlyBundled(all: Sbom, packages: string[]): Sbom {
  const known = new Map(all.components.map((one) => [`${one.name}@${one.version}`, one]))
  const components = packages.map((name) => {
    const component = known.get(name)
    if (component === undefined) throw new Error(`SBOM: ${name} is in a bundle, but not in package-lock.json`)
    return component
  })
  const refs = new Set([all.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])])
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
  return { ...all, components, dependencies }
}

/** All of package-lock.json, as npm lists it. */
export const npmSbom = (): Sbom =>
  JSON.parse(
    execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const packages = bundledPackages(JSON.parse(readFileSync('build/meta.json', 'utf8')), process.cwd())
  writeFileSync('build/sbom.cdx.json', `${JSON.stringify(onlyBundled(npmSbom(), packages), null, 2)}\n`)
  console.log(`build/sbom.cdx.json: ${packages.length} packages`)
}
