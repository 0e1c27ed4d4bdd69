// The HTTP of the bench's endpoint, as node's clients and a bare socket see it.
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type HttpAnswer, type HttpRequest, httpServer } from '../../bench/http-server.ts'

/** What the server was asked, and how it answers each. */
let asked: HttpRequest[]
let send: ((answer: HttpAnswer) => void)[]
let answer: (request: HttpRequest, send: (answer: HttpAnswer) => void) => void
let server: Server
let port: number
const sockets: Socket[] = []

const echo = ({ body }: HttpRequest): HttpAnswer => ({ status: 200, contentType: 'text/xml', body: `<${body}>` })

beforeEach(async () => {
  asked = []
  send = []
  answer = (request, reply) => reply(echo(request))
  server = httpServer((request, reply) => {
    asked.push(request)
    answer(request, reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.close()
  await once(server, 'close')
})

describe('a client of node:http', () => {
  async function post(agent: Agent, body: string, headers: Record<string, string> = {}) {
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent, headers })
    request.end(body)
    const [response] = await once(request, 'response')
    return { response, body: await text(response) }
  }

  it('has its answers on one connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let connections = 0
    server.on('connection', () => {
      connections += 1
    })
    for (const body of ['a', 'b', 'c']) {
      const { response, body: answered } = await post(agent, body)
      expect(response).toMatchObject({ statusCode: 200, statusMessage: 'OK' })
      expect(response.headers).toEqual({
        date: expect.stringMatching(/ GMT$/),
        'content-type': 'text/xml',
        'content-length': '3',
      })
      expect(answered).toBe(`<${body}>`)
    }
    expect(connections).toBe(1)
    agent.destroy()
  })

  it('sends and receives every character', async () => {
    const agent = new Agent()
    const { body } = await post(agent, 'é 日本 \u{1f511}')
    expect(body).toBe('<é 日本 \u{1f511}>')
  })

  it('sends headers in any case, with a colon in them', async () => {
    await post(new Agent(), '', { 'X-Amz-Target': 'a:b', authorization: 'AWS4 Credential=x' })
    expect(asked[0]?.headers.get('x-amz-target')).toBe('a:b')
    expect(asked[0]?.headers.get('authorization')).toBe('AWS4 Credential=x')
    expect(asked[0]?.headers.get('x-amz-security-token')).toBeUndefined()
  })

  it('receives the status', async () => {
    answer = (_, reply) => reply({ status: 403, contentType: 'text/xml', body: '' })
    expect((await post(new Agent(), '')).response).toMatchObject({ statusCode: 403, statusMessage: 'Forbidden' })
  })
})

describe('a socket', () => {
  async function opened() {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    sockets.push(socket)
    socket.setEncoding('utf8')
    await once(socket, 'connect')
    return socket
  }
  const requestWith = (body: string) => `POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`

  it('may send a request in parts', async () => {
    const socket = await opened()
    for (const part of ['POST / HTTP/1.1\r\nContent-Le', 'ngth: 4\r\n\r', '\nab', 'cd']) {
      expect(asked).toEqual([])
      socket.write(part)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    while (asked.length === 0) await new Promise(setImmediate)
    expect(asked.map(({ body }) => body)).toEqual(['abcd'])
  })

  it('may send the next request early, and has its answers in order', async () => {
    answer = (_, reply) => send.push(reply)
    const socket = await opened()
    socket.write(requestWith('first') + requestWith('second'))
    while (send.length === 0) await new Promise(setImmediate)
    expect(asked.map(({ body }) => body)).toEqual(['first'])
    send[0]?.(echo({ headers: new Map(), body: 'first' }))
    expect(asked.map(({ body }) => body)).toEqual(['first', 'second'])
  })

  it('is refused a request without a length', async () => {
    const socket = await opened()
    socket.write('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 411 Length Required\r\n/)
    expect(asked).toEqual([])
  })

  it('that breaks before its answer ends nothing but itself', async () => {
    answer = (_, reply) => send.push(reply)
    const socket = await opened()
    socket.write(requestWith('a'))
    while (send.length === 0) await new Promise(setImmediate)
    const ended = new Promise((resolve) => server.getConnections((_, count) => resolve(count)))
    expect(await ended).toBe(1)
    socket.resetAndDestroy()
    await new Promise((resolve) => setTimeout(resolve, 5))
    send[0]?.(echo({ headers: new Map(), body: 'a' }))
    answer = (request, reply) => reply(echo(request))
    const other = await opened()
    other.write(requestWith('b'))
    const [received] = await once(other, 'data')
    expect(received).toMatch(/<b>$/)
  })
})
