// Preloaded (node --import) into a command: prints on stderr, when it ends, which packages it has loaded.
import { registerHooks } from 'node:module'

const loaded = new Set<string>()

registerHooks({
  load(url, context, next) {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
    if (name !== undefined) loaded.add(name)
    return next(url, context)
  },
})

process.once('exit', () => process.stderr.write(`\nloaded: ${JSON.stringify([...loaded].sort())}\n`))
