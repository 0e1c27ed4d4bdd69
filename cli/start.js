// The entry of the command line in a clone: an old Node gets one clear line. A package starts at main.ts, bundled.
import './check-node.js'

await import('./main.ts')
