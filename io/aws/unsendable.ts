// Credentials that no request can carry: a token pasted with a line break in it never leaves this machine.

/** In the words of Node's HTTP client, which the SDK may wrap in an error of its own. */
const UNSENDABLE = /Invalid character in header content/

/** What was expected instead of such credentials. */
export const SENDABLE_CREDENTIALS = 'credentials without line breaks and other characters that no header may hold'

/** Whether an error's message says that the credentials cannot be sent. */
export const isUnsendable = (message: string): boolean => UNSENDABLE.test(message)

/** What a header may hold (RFC 9110, field-value). */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/

/** `fetch` tells such a header together with its value, a token or a signature: it must not come to that. @throws TypeError */
export function refuseUnsendable(headers: Record<string, string>): void {
  const [name] = Object.entries(headers).find(([, value]) => !SENDABLE.test(value)) ?? []
  if (name !== undefined) throw new TypeError(`expected ${SENDABLE_CREDENTIALS}, received such a character in ${name}`)
}
