// Bundles the command line for the package: Node strips no types below node_modules. Our own code goes in, the dependencies
// stay outside and are installed beside it. What a command loads when it is called is a file of its own: in one file,
// every command would load the packages of all.
import { chmod, rm } from 'node:fs/promises'
import { build } from 'esbuild'

const OUT = process.argv[2] ?? 'dist'

await rm(OUT, { recursive: true, force: true })
await build({
  entryPoints: { keysweep: 'cli/main.ts' },
  outdir: OUT,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  // The oldest Node that the package says it runs on.
  target: 'node22.13',
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
})
await chmod(`${OUT}/keysweep.js`, 0o755)
