import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { heldOpen } from '../support/held-open.ts'

describe('What a test leaves open', () => {
  const opened = async (close: () => unknown, before: string[]) => {
    const held = await heldOpen(before, 0)
    await close()
    return [held, await heldOpen(before, 10_000)]
  }

  it('is found: a timer', async () => {
    const before = process.getActiveResourcesInfo()
    const timer = setTimeout(() => {}, 60_000)
    expect(await opened(() => clearTimeout(timer), before)).toEqual([['Timeout'], []])
  })

  it('is found: a server', async () => {
    const before = process.getActiveResourcesInfo()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(await opened(() => server.close(), before)).toEqual([['TCPServerWrap'], []])
  })

  it('is found: a program', async () => {
    const before = process.getActiveResourcesInfo()
    const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    expect(await opened(() => program.kill(), before)).toEqual([['ProcessWrap'], []])
  })

  it('is no timer that keeps nothing from ending', async () => {
    const before = process.getActiveResourcesInfo()
    const timer = setTimeout(() => {}, 60_000).unref()
    expect(await heldOpen(before, 0)).toEqual([])
    clearTimeout(timer)
  })

  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
  it.each([
    ['npm test', read('package.json').jest],
    ['test:full', read('test/full/jest.config.json')],
    ['test:long', read('test/long/jest.config.json')],
  ])('fails its file in %s', (_, { testEnvironment, workerGracefulExitTimeout }) => {
    expect(testEnvironment).toBe('<rootDir>/test/support/environment.ts')
    // A process of some hundred megabytes takes half a second, Jest's own patience, to end on a busy machine.
    expect(workerGracefulExitTimeout).toBe(10_000)
  })
})
