// The list of what is in the functions names all of it, and nothing that only our tools need.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, expect, it } from '@jest/globals'
import { bundleFunctions } from '../../scripts/bundle.ts'
import { bundledPackages, npmSbom, onlyBundled, type Sbom } from '../../scripts/sbom.ts'
import { errorWith } from '../support/error-facts.ts'

let all: Sbom
let packages: string[]
beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keysweep-sbom-'))
  packages = bundledPackages(await bundleFunctions(process.cwd(), ['functions/parse-report.ts'], folder), process.cwd())
  all = npmSbom()
  rmSync(folder, { recursive: true })
})

it('the SBOM names every package in a function, with its version', () => {
  const { components } = onlyBundled(all, packages)
  const names = components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-iam', '@aws-sdk/client-s3', 'csv-parse', 'zod']))
  expect(components.map(({ name, version }) => `${name}@${version}`)).toEqual(packages)
})

it('the SBOM shows licences that let the functions be given on', () => {
  const free = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']
  const { components } = onlyBundled(all, packages)
  expect(components.filter(({ licenses }) => !free.includes(licenses?.[0]?.license.id ?? ''))).toEqual([])
})

it('the SBOM names nothing of our tools, and refers to nothing that it does not name', () => {
  const { metadata, components, dependencies } = onlyBundled(all, packages)
  expect(components.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['jest']))
  const refs = [metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]
  expect(
    dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !refs.includes(ref)),
  ).toEqual([])
})

it('the SBOM is not written with a package that is not in the lock file', () => {
  expect(() => onlyBundled(all, ['left-pad@1.3.0'])).toThrow(errorWith('Error', 'left-pad@1.3.0'))
})
