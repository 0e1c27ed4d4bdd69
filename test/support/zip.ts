// Reads a zip, so that a test sees what would be sent to Lambda.
import { inflateRawSync } from 'node:zlib'

/** A zip's files by name, as its own directory lists them. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = zip.readUInt32LE(end + 16)
  for (let n = zip.readUInt16LE(end + 10); n > 0; n -= 1) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((offset, i) =>
      i === 0 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number]
    const local = zip.readUInt32LE(at + 42)
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(from, from + size)
    const stored = zip.readUInt16LE(at + 10) === 0
    files.set(zip.toString('utf8', at + 46, at + 46 + name), stored ? packed : inflateRawSync(packed))
    at += 46 + name + extra + comment
  }
  return files
}
