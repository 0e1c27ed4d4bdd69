// What package.json says of keysweep: the one module that reads it.
import manifest from '../../package.json' with { type: 'json' }

/** This version, such as "0.2.0": in every document that it writes. */
export const VERSION: string = manifest.version

export const DESCRIPTION: string = manifest.description
