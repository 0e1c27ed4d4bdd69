// The decision API on this machine: who gets an answer of it, and who gets nothing and changes nothing.
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { makeDecide } from '../../functions/decide.ts'
import { type AnswerServer, serveDecisions } from '../../local/answer-server.ts'
import { localPerson } from '../../local/local-person.ts'
import { readDecision } from '../../steps/run-documents.ts'
import { idOf, openWaiting, RUN, type Waiting } from '../support/waiting.ts'

const servers: AnswerServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

interface Served extends Waiting {
  server: AnswerServer
  /** What the run's own terminal is told. */
  faults: string[]
  asked: (options?: Partial<AnswerRequest>) => Promise<{ status: number; body: Record<string, unknown> }>
}

interface AnswerRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/** A run that waits, served; a request is that of the run's own user unless a test says otherwise. */
async function served(): Promise<Served> {
  const waiting = await openWaiting()
  const faults: string[] = []
  const server = await serveDecisions(makeDecide(waiting.ports), localPerson(), ({ message }) => faults.push(message))
  servers.push(server)
  const asked: Served['asked'] = async ({
    method = 'POST',
    path = `/runs/${RUN}/decision`,
    headers = {},
    body,
  } = {}) => {
    const own = { authorization: `Bearer ${server.secret}`, 'content-type': 'application/json' }
    const given = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== '')
    const sent = request(server.url + path, { method, headers: Object.fromEntries(given) })
    sent.end(body ?? (method === 'POST' ? JSON.stringify({ plan: waiting.sha256, answer: 'approve' }) : undefined))
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject)
    })
    const said = await text(response)
    return { status: response.statusCode ?? 0, body: said === '' ? {} : JSON.parse(said) }
  }
  return { ...waiting, server, faults, asked }
}

const nothingHappened = async ({ store, woken }: Served) => {
  expect(await readDecision(store, RUN)).toBeNull()
  expect(woken).toEqual([])
}

describe('the decision API on this machine', () => {
  it('takes an answer of anybody who has the secret, as the user of the system', async () => {
    const run = await served()
    const { status, body } = await run.asked()
    expect({ status, woken: body.woken }).toEqual({ status: 200, woken: true })
    expect(await readDecision(run.store, RUN)).toMatchObject({
      answer: 'approve',
      by: `local:${userInfo().username}`,
      userId: `local:${userInfo().uid}`,
    })
  })

  it('listens on 127.0.0.1 alone', async () => {
    expect((await served()).server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it('has another secret each time, of 256 bits', async () => {
    const [one, other] = [await served(), await served()]
    expect(one.server.secret).toHaveLength(43)
    expect(one.server.secret).not.toBe(other.server.secret)
  })

  it.each<[string, number, (run: Served) => Partial<AnswerRequest>]>([
    ['without a secret', 401, () => ({ headers: { authorization: '' } })],
    ['with a wrong secret', 401, () => ({ headers: { authorization: `Bearer ${'x'.repeat(43)}` } })],
    [
      'with a part of the secret',
      401,
      ({ server }) => ({ headers: { authorization: `Bearer ${server.secret.slice(1)}` } }),
    ],
    ['with the bare secret', 401, ({ server }) => ({ headers: { authorization: server.secret } })],
    [
      'with the secret in the address',
      401,
      ({ server }) => ({ path: `/runs/${RUN}/decision?secret=${server.secret}`, headers: { authorization: '' } }),
    ],
    ['to read, without a secret', 401, () => ({ method: 'GET', path: `/runs/${RUN}`, headers: { authorization: '' } })],
    [
      'by a name that points here',
      403,
      ({ server }) => ({ headers: { host: `evil.example:${new URL(server.url).port}` } }),
    ],
    ['by the name localhost', 403, ({ server }) => ({ headers: { host: `localhost:${new URL(server.url).port}` } })],
    ['for another port', 403, () => ({ headers: { host: '127.0.0.1:1' } })],
    ['of a web page', 403, () => ({ headers: { origin: 'https://evil.example' } })],
    ['of a web page of this address', 403, ({ server }) => ({ headers: { origin: server.url } })],
    ['of a page without an origin', 403, () => ({ headers: { origin: 'null' } })],
    ['as a form', 415, () => ({ headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
    ['as plain text', 415, () => ({ headers: { 'content-type': 'text/plain' } })],
    ['as JSON of another kind', 415, () => ({ headers: { 'content-type': 'application/jsonp' } })],
    ['of no type', 415, () => ({ headers: { 'content-type': '' } })],
    ['that is too long', 400, () => ({ body: `{"reason":"${'x'.repeat(70_000)}"}` })],
    ['that is no JSON', 400, () => ({ body: 'approve' })],
    ['to another plan', 409, () => ({ body: JSON.stringify({ plan: '0'.repeat(64), answer: 'approve' }) })],
    ['to another run', 404, () => ({ path: '/runs/run-2/decision' })],
    ['on another way in', 404, () => ({ path: `/runs/${RUN}/../${RUN}/decision/x` })],
  ])('refuses a request %s with %i, and nothing happens', async (_, status, options) => {
    const run = await served()
    expect((await run.asked(options(run))).status).toBe(status)
    await nothingHappened(run)
  })

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])('changes nothing on %s', async (method) => {
    const run = await served()
    expect((await run.asked({ method })).status).toBe(404)
    await nothingHappened(run)
  })

  it('shows the plan to the byte', async () => {
    const run = await served()
    const { body } = await run.asked({ method: 'GET', path: `/runs/${RUN}` })
    expect(body.plan).toEqual({ sha256: run.sha256, text: await run.store.get(`runs/${RUN}/plan.json`) })
  })

  it('lets the request that is being answered end when it closes', async () => {
    const run = await served()
    const put = run.store.put
    const begun = Promise.withResolvers<void>()
    run.store.put = async (key, value) => {
      begun.resolve()
      await new Promise((resolve) => setTimeout(resolve, 50))
      return put(key, value)
    }
    const answered = run.asked({ body: JSON.stringify({ plan: run.sha256, answer: 'approve', leaveOut: [idOf(2)] }) })
    await begun.promise
    await run.server.close()
    expect((await answered).status).toBe(200)
    await expect(run.asked()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('answers 500 to an internal error, and shows the error on its own terminal only', async () => {
    const run = await served()
    run.store.get = async () => {
      throw new Error('secret path /home/x')
    }
    const { status, body } = await run.asked({ method: 'GET', path: `/runs/${RUN}` })
    expect({ status, body }).toEqual({ status: 500, body: { message: expect.any(String) } })
    expect(JSON.stringify(body)).not.toContain('/home/x')
    expect(run.faults).toEqual(['secret path /home/x'])
  })

  describe('while others hold connections', () => {
    const sockets: Socket[] = []
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy()
    })
    /** Connections that are opened, and what each sends; a socket that the server ends is no error. */
    const held = (run: Served, count: number, sent = ''): Promise<Socket[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const socket = connect(Number(new URL(run.server.url).port), '127.0.0.1').on('error', () => {})
          sockets.push(socket)
          await once(socket, 'connect')
          socket.write(sent)
          return socket.resume()
        }),
      )

    it.each([
      ['idle ones', ''],
      ['ones with half a request', 'POST / HTTP/1.1\r\nHost: x\r\n'],
    ])('answers its own user, and holds a limited number: %s', async (_, sent) => {
      const run = await served()
      const open = await held(run, 120, sent)
      expect((await run.asked()).status).toBe(200)
      expect(open.filter((socket) => !socket.closed).length).toBeLessThan(60)
    })

    it('ends a connection that sends nothing', async () => {
      const run = await served()
      const [socket] = await held(run, 1)
      await once(socket as Socket, 'close')
    })

    it('does not wait for them when it closes', async () => {
      const run = await served()
      await held(run, 5)
      const before = performance.now()
      await run.server.close()
      expect(performance.now() - before).toBeLessThan(1000)
    })
  })
})
