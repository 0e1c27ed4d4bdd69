// What `npm publish` would send.
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from '@jest/globals'
import { PRINTED, printedFile } from '../../scripts/json-schemas.ts'
import { keysweep } from '../cli/command.ts'
import { IDS, organizationAws } from '../cli/organization.ts'

it('the package has the command, the schemas and the changelog, and no source or test', () => {
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

it('the command starts threads for an organization run', async () => {
  const bundled = resolve('build/package-test')
  execFileSync(process.execPath, ['scripts/bundle-cli.ts', bundled])
  const { env } = await organizationAws()
  const { stderr } = await keysweep(['run', '--organization'], { env, main: `${bundled}/keysweep.js` })
  expect(stderr).toContain(`${IDS.quiet} quiet: nothing to do`)
  // A thread that cannot start is named. On one core there is none.
  expect(stderr).not.toMatch(/thread/i)
})
