// HTTP/1.1 for the bench's endpoint: requests with a length, on connections that stay open. node:http knows much more, and takes
// as long for a request as the endpoint's own work.
import { STATUS_CODES } from 'node:http'
import { createServer, type Server } from 'node:net'

export interface HttpRequest {
  /** By name in lower case. */
  headers: ReadonlyMap<string, string>
  body: string
}

export interface HttpAnswer {
  status: number
  contentType: string
  body: string
}

/** The requests of a connection are answered one after another. One without a length is refused, and ends the connection. */
export function httpServer(answer: (request: HttpRequest, send: (answer: HttpAnswer) => void) => void): Server {
  return createServer({ noDelay: true }, (socket) => {
    let received = ''
    let isAnswering = false
    function next(): void {
      const headEnd = isAnswering ? -1 : received.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const headers = headersIn(received.slice(0, headEnd))
      const begin = headEnd + 4
      const end = begin + Number(headers.get('content-length'))
      if (Number.isNaN(end)) return void socket.end(textOf({ status: 411, contentType: 'text/plain', body: '' }))
      if (received.length < end) return
      const body = Buffer.from(received.slice(begin, end), 'latin1').toString()
      received = received.slice(end)
      isAnswering = true
      answer({ headers, body }, (answered) => {
        isAnswering = false
        socket.write(textOf(answered))
        next()
      })
    }
    // One character for each byte, as the length counts them.
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      received += part
      next()
    })
    // The client has broken the connection: nobody reads an answer.
    socket.on('error', () => socket.destroy())
  })
}

function headersIn(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

const textOf = ({ status, contentType, body }: HttpAnswer): string =>
  [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
