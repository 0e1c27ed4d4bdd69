// The name of a run store. Every run with this store uses the same name, and no other store has it.
import { hostname } from 'node:os'
import { resolve } from 'node:path'

/** A bucket's URL, or machine and path of a directory: directories of two machines are two stores. */
export const storeName = (location: string, host: string = hostname()): string =>
  location.startsWith('s3://') ? location : `${host}:${resolve(location)}`
