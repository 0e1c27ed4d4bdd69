// Bundles the command line into one file for the package: Node strips no types below node_modules. Our own code goes in,
// the dependencies stay outside and are installed beside it.
import { chmod, rm } from 'node:fs/promises'
import { build } from 'esbuild'

const OUT = 'dist/keysweep.js'

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: ['cli/main.ts'],
  outfile: OUT,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  // The oldest Node that the package says it runs on.
  target: 'node22.13',
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
})
await chmod(OUT, 0o755)
