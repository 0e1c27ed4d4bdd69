// Listens to the SDK's clients: which commands keysweep sends with which parameters, and which fields of the answers it
// reads. What is asserted about AWS is then what the product does, and no list beside it.

export interface SentCall {
  /** The client's name, such as IAMClient. */
  client: string
  action: string
  params: Record<string, unknown>
  /** Paths such as `Tags[].Key`. */
  read: Set<string>
}

interface Command {
  input: Record<string, unknown>
  constructor: { name: string }
}

type Send = (command: Command, ...rest: unknown[]) => Promise<unknown>

/** A client class of the SDK; `never` because each takes commands of its own. */
interface ClientClass {
  name: string
  prototype: { send: (...args: never[]) => unknown }
}

/** Listens to these clients from now on; where an answer is given here for an action, nothing is sent. */
export function listenTo(clients: ClientClass[], answers: Record<string, object> = {}): SentCall[] {
  const calls: SentCall[] = []
  for (const { name: client, prototype } of clients) {
    const send = prototype.send as unknown as Send
    const listening: Send = async function (this: unknown, command, ...rest) {
      const action = command.constructor.name.replace(/Command$/, '')
      const call: SentCall = { client, action, params: command.input, read: new Set() }
      calls.push(call)
      return watched(answers[action] ?? (await send.call(this, command, ...rest)), '', call.read)
    }
    prototype.send = listening as never
  }
  return calls
}

/** The same answer, noting each field that is read. Dates, bytes and streams are fields, not more of the answer. */
function watched(value: unknown, path: string, read: Set<string>): unknown {
  if (!Array.isArray(value) && !isPlain(value)) return value
  return new Proxy(value, {
    get(target, name) {
      const field = Reflect.get(target, name)
      if (typeof name === 'symbol' || NOT_FIELDS.has(name)) return field
      if (Array.isArray(target)) return /^\d+$/.test(name) ? watched(field, `${path}[]`, read) : field
      const at = path === '' ? name : `${path}.${name}`
      read.add(at)
      return watched(field, at, read)
    },
  })
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** What the language and the SDK ask of any object. */
const NOT_FIELDS = new Set(['then', '$metadata', 'toJSON', 'constructor'])
