// What `npm publish` would send, and how the workflow sends it.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

describe('the package', () => {
  it('may be published, under a name of its own or of a scope', () => {
    expect(manifest.private).toBeUndefined()
    expect(manifest.name).toMatch(/^(@[a-z0-9-]+\/)?keysweep$/)
    expect(manifest.license).toBe('MIT')
  })

  it('is the command, the schemas and the changelog; the long part looks at what npm makes of that', () => {
    expect(manifest.files).toEqual(['dist', 'docs/json', 'docs/events/*.schema.json', 'CHANGELOG.md'])
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
