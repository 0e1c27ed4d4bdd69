// How a function is wired in AWS: nothing is read or opened before its first call, and then once.
import { describe, expect, it } from '@jest/globals'
import { onLambda } from '../../../functions/lambda/on-lambda.ts'
import { linesOf } from '../../support/log-lines.ts'

/** What `run` comes to; the lines of log that it leaves are for other tests. */
async function quietly<T>(run: () => Promise<T>): Promise<T[]> {
  const came: T[] = []
  await linesOf(async () => came.push(await run()))
  return came
}

describe('a handler', () => {
  it('is made of what its ports read from the environment, on its first call and only then', async () => {
    const made: string[] = []
    const port = (env: NodeJS.ProcessEnv) => {
      made.push('port')
      return { path: env.PATH }
    }
    const other = () => ({ other: 'a second port' })
    const make = (ports: { path: string | undefined; other: string }) => {
      made.push('handler')
      return async (event: unknown) => [ports.path, ports.other, event]
    }
    const handler = onLambda(make, port, other)
    expect(made).toEqual([])
    const answers = await quietly(async () => [await handler('first'), await handler('second')])
    expect(answers).toEqual([
      [
        [process.env.PATH, 'a second port', 'first'],
        [process.env.PATH, 'a second port', 'second'],
      ],
    ])
    expect(made).toEqual(['port', 'handler'])
  })

  it('whose ports cannot be made throws, and tries to make them again with the next call', async () => {
    let broken = true
    const port = () => {
      if (broken) throw new TypeError('no topic')
      return {}
    }
    const handler = onLambda(() => async () => 'answered', port)
    await quietly(() => expect(handler({})).rejects.toThrow('no topic'))
    broken = false
    expect(await quietly(() => handler({}))).toEqual(['answered'])
  })

  it('has the time of this machine, and waits by it', async () => {
    const handler = onLambda(({ now, pause }) => async () => {
      const before = now().getTime()
      await pause(30)
      return [before, now().getTime()]
    })
    const began = Date.now()
    const [[before = 0, after = 0] = []] = await quietly(() => handler({}))
    expect(before).toBeGreaterThanOrEqual(began)
    expect(after - before).toBeGreaterThanOrEqual(29)
    expect(after).toBeLessThanOrEqual(Date.now())
  })
})
