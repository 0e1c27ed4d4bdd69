// Secrets that a test plants, to look for them in everything that comes out.

export const CANARIES = {
  secret: 'CanarySecretKey/wJalrXUtnFEMIK7MDENGbPx+',
  session: 'CanarySessionToken/FwoGZXIvYXdzEBYaDkNhbmFyeQ==',
} as const

/** Signatures are made anew for each request: they are known by their form. */
const SIGNATURE = /AWS4-HMAC-SHA256|Signature=|[^0-9a-f][0-9a-f]{64}[^0-9a-f]/

/** Which secrets stand in a text, also where it was escaped or encoded on its way. `more`: tokens made by the run. */
export function secretsIn(text: string, more: readonly string[] = []): string[] {
  const planted = [...Object.values(CANARIES), ...more.filter((secret) => secret.length > 0)]
  return planted.filter((secret) => formsOf(secret).some((form) => text.includes(form)))
}

/** Whether a text holds something in the form of a request's signature; hashes of reports and plans are `known`. */
export const signatureIn = (text: string, known: readonly string[] = []): boolean =>
  SIGNATURE.test(known.reduce((rest, hash) => rest.replaceAll(hash, ''), text))

const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=*$/, ''),
  secret.slice(6, 30),
]
