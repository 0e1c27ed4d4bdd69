// SHA-256 and its HMAC, for the option `sha256` of AWS clients. The SDK's own class gives node:crypto a key as bytes. Node takes
// four times as long with such a key as with a KeyObject, and each call is signed with at least one.
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'

type Data = string | ArrayBuffer | ArrayBufferView

/** Does what the SDK's class does, and gives the same digests. */
export class Sha256 {
  readonly digestLength = 32
  readonly #key: KeyObject | null
  #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>
  #finished = false

  /** @param secret of an HMAC; none, or an empty string: a plain hash */
  constructor(secret?: Data) {
    this.#key = secret === undefined || secret === '' ? null : createSecretKey(bytesOf(secret))
    this.#hash = this.#begun()
  }

  /** @throws Error after the digest of an HMAC */
  update(data: Data): void {
    if (this.#finished) throw new Error('Attempted to update an already finished hash.')
    this.#hash.update(bytesOf(data))
  }

  /** Of all data so far. A plain hash can go on after it, an HMAC cannot. */
  async digest(): Promise<Uint8Array> {
    if ('copy' in this.#hash) return this.#hash.copy().digest()
    this.#finished = true
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#begun()
    this.#finished = false
  }

  #begun() {
    return this.#key === null ? createHash('sha256') : createHmac('sha256', this.#key)
  }
}

function bytesOf(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data)
}
