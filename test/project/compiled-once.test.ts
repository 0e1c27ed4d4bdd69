// test/support/compiled-once.ts, which the environment of every file of tests has loaded: this one's too.
import { compileFunction, createContext, SourceTextModule } from 'node:vm'
import { describe, expect, it } from '@jest/globals'

const source = (part: string): string => `// ${part} of compiled-once.test.ts\nreturn () => name + given`

const compiled = (code: string, name: string) =>
  compileFunction(code, ['given'], { parsingContext: createContext({ name }), filename: 'a.js' })

describe('what is compiled a second time', () => {
  it('comes from the code that was kept, and sees the globals of its own context', () => {
    const code = source('a function')
    const [first, second] = [compiled(code, 'first '), compiled(code, 'second ')]

    expect([first.cachedDataRejected, second.cachedDataRejected]).toEqual([undefined, false])
    expect([first('file')(), second('file')()]).toEqual(['first file', 'second file'])
  })

  it('is compiled anew if one letter of it is another', () => {
    const [first, second] = ['a', 'b'].map((letter) => compiled(source(letter), letter))

    expect(second?.cachedDataRejected).toBeUndefined()
    expect([first?.('')(), second?.('')()]).toEqual(['a', 'b'])
  })

  it('is compiled anew for other parameters: V8 would take those of the kept code', () => {
    const code = '// with parameters, of compiled-once.test.ts\nreturn [a, b]'
    const [first, second] = [compileFunction(code, ['a', 'b']), compileFunction(code, ['b', 'a'])]

    expect([first(1, 2), second(1, 2)]).toEqual([
      [1, 2],
      [2, 1],
    ])
  })

  it('is a module with its own state, and names its own lines', async () => {
    const code =
      "export let count = 0\nexport const next = () => ++count\nexport const fail = () => { throw new Error('no') }"
    const [first, second] = [await evaluated('first.js'), await evaluated('second.js')]
    first.next()

    expect([first.next(), second.next()]).toEqual([2, 1])
    expect(() => second.fail()).toThrow(expect.objectContaining({ stack: expect.stringContaining('second.js:3:') }))

    async function evaluated(identifier: string) {
      const module = new SourceTextModule(code, { identifier, context: createContext({ Error }) })
      await module.link(() => {
        throw new Error('imports nothing')
      })
      await module.evaluate()
      return module.namespace as { next(): number; fail(): never }
    }
  })
})
