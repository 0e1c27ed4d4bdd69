// What `npm publish` would send, as npm lists it.
import { execFileSync } from 'node:child_process'
import { expect, it } from '@jest/globals'
import { PRINTED, printedFile } from '../../scripts/json-schemas.ts'

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
