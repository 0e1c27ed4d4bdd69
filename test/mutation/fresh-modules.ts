// Loads a file of tests with everything of ours that it imports anew, and the packages once for all: as Jest does it, but
// for the packages, which would take most of the time.
import { registerHooks } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Which files each load brought in, by its number. */
const broughtIn = new Map<string, Set<string>>()
const GLOBALS = new URL('./jest-globals.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true }
    const found = next(specifier, context)
    const load = context.parentURL === undefined ? null : new URL(context.parentURL).searchParams.get('load')
    if (load === null || !isOurs(found.url)) return found
    broughtIn.get(load)?.add(fileURLToPath(found.url))
    return { ...found, url: `${found.url}?load=${load}` }
  },
})

const isOurs = (url: string): boolean => url.startsWith('file:') && !url.includes('/node_modules/')

/** Imports the file. @returns the files of ours that came with it */
export async function loadAnew(file: string): Promise<Set<string>> {
  const load = String(broughtIn.size)
  const files = new Set<string>()
  broughtIn.set(load, files)
  await import(`${pathToFileURL(file.split(sep).join('/')).href}?load=${load}`)
  return files
}
