// Bundles the command line for the package, because Node strips no types in node_modules. The bundle has our own code; npm
// installs the dependencies. What a command loads when it is called is a file of its own, so that no command loads the
// packages of another.
import { chmod, rm } from 'node:fs/promises'
import { build } from 'esbuild'

const OUT = process.argv[2] ?? 'dist'

await rm(OUT, { recursive: true, force: true })
await build({
  entryPoints: { keysweep: 'cli/main.ts', 'account-thread': 'local/account-thread.ts' },
  outdir: OUT,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  // The oldest Node that the package supports.
  target: 'node22.13',
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
})
await chmod(`${OUT}/keysweep.js`, 0o755)
