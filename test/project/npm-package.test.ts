// What `npm publish` would send, and how the workflow sends it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { PRINTED, printedFile } from '../../scripts/json-schemas.ts'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

describe('the package', () => {
  it('may be published, under a name of its own or of a scope', () => {
    expect(manifest.private).toBeUndefined()
    expect(manifest.name).toMatch(/^(@[a-z0-9-]+\/)?keysweep$/)
    expect(manifest.license).toBe('MIT')
  })

  it('has the command, the schemas and the changelog, and no source or test', () => {
    // Without prepack: scripts/try-package.sh makes and installs the whole package.
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
    const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }]
    const paths = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'))
    expect(paths).toEqual(expect.arrayContaining(Object.keys(PRINTED).map(printedFile)))
    expect(paths.filter((path) => !path.endsWith('.schema.json')).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'docs/json/README.md',
      'package.json',
    ])
  })
})

describe('the workflow that publishes', () => {
  const { jobs, permissions } = parse(readFileSync('.github/workflows/publish.yml', 'utf8'))
  const steps: { run?: string; uses?: string }[] = jobs.publish.steps

  it('may read the repository and sign the provenance, and nothing else', () => {
    expect(permissions).toEqual({})
    expect(jobs.publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  })

  it('publishes last, with provenance, what it has tested', () => {
    const runs = steps.flatMap(({ run }) => run ?? [])
    expect(runs.at(-1)).toMatch(/^npm publish --provenance\b/)
    expect(runs).toEqual(expect.arrayContaining(['npm ci', 'npm test', 'npm run try-package']))
    for (const [, script = ''] of runs.join('\n').matchAll(/npm run ([\w-]+)/g))
      expect(manifest.scripts).toHaveProperty([script])
  })

  it('holds no token', () => {
    expect(readFileSync('.github/workflows/publish.yml', 'utf8')).not.toMatch(/secrets\.|_TOKEN|_authToken/)
  })
})
