// Whether this Node can run the sources, in plain JavaScript: an older Node does not know the file name extension .ts. In a
// clone, `npm ci` installs a Node that can, except with --ignore-scripts or --omit=dev.
import { existsSync } from 'node:fs'
import process from 'node:process'

/** From these versions on, Node runs TypeScript without a flag. */
const SINCE = '22.18, 23.6 or 24'

const fault = !existsSync(new URL('../node_modules', import.meta.url))
  ? 'The packages that keysweep needs are not installed here. Run "npm ci" first.'
  : process.features.typescript
    ? null
    : `Node ${process.version} cannot run keysweep from its sources. Node ${SINCE} is needed, or a later version. To install it here, run "npm ci" without --ignore-scripts and --omit=dev.`

if (fault !== null) {
  process.stderr.write(`keysweep: ${fault}\n`)
  process.exit(2)
}
