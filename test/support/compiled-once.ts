// Each file of tests loads its modules anew: its own, and those of Jest, zod and the SDK, some 350 in all. Node compiles each of
// them again every time, which is a fifth of all that the tests take. Here a worker keeps the code that it has compiled.
// V8's own cache finds none of it again, because each file has a context of its own. What it holds cannot be freed: 3 to 9 MB for
// each file until the worker ends, which collecting garbage goes through again and again. So `npm test` switches it off
// (--no-compilation-cache).
import vm from 'node:vm'

declare module 'node:vm' {
  interface SourceTextModule {
    /** https://nodejs.org/api/vm.html#sourcetextmodulecreatecacheddata, which @types/node leaves out */
    createCachedData(): Buffer
  }
}

/** By the source, so a module that has changed is another. In memory only, so it goes with the worker. */
const ofFunctions = new Map<string, { params: string; data: Buffer }>()
const ofModules = new Map<string, Buffer>()

const { compileFunction, SourceTextModule } = vm

// How Jest compiles CommonJS, and Jest's own packages.
vm.compileFunction = (code, params, options) => {
  const named = String(params)
  const kept = ofFunctions.get(code)
  // V8 does not compare the parameters: it would take those of the kept code.
  if (kept?.params === named) return compileFunction(code, params, { ...options, cachedData: kept.data })
  const compiled = compileFunction(code, params, { ...options, produceCachedData: true })
  if (compiled.cachedData !== undefined) ofFunctions.set(code, { params: named, data: compiled.cachedData })
  return compiled
}

vm.SourceTextModule = class extends SourceTextModule {
  constructor(code: string, options?: vm.SourceTextModuleOptions) {
    super(code, { ...options, cachedData: ofModules.get(code) })
    if (!ofModules.has(code)) ofModules.set(code, this.createCachedData())
  }
}
