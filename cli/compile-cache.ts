// Keeps what Node compiles: a start spends most of its time on compiling the AWS SDK and our own code.
import nodeModule from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Lets Node keep compiled code in the user's cache folder, each entry named by the hash of its code. Node ignores a folder
 * that it cannot write. `NODE_DISABLE_COMPILE_CACHE=1` switches it off.
 */
export function keepCompiledCode(env: Record<string, string | undefined>): void {
  // Older versions of Node have no such function. Node's own default is a folder that all users of the machine share.
  nodeModule.enableCompileCache?.(join(cacheFolder(env), 'keysweep'))
}

/** By the XDG Base Directory Specification, or the conventions of macOS and Windows. */
function cacheFolder({ XDG_CACHE_HOME = '', LOCALAPPDATA }: Record<string, string | undefined>): string {
  if (isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA
  return join(homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']))
}
