// Detects credentials that do not fit into an HTTP header, such as a token that was pasted with a line break.

/** Node's HTTP client says this; the SDK may wrap it in an error of its own. */
const UNSENDABLE = /Invalid character in header content/

/** The rule that such credentials break. cli/advice.ts looks for its beginning. */
export const UNSENDABLE_CREDENTIALS =
  'the credentials contain a line break or another character that is not allowed in an HTTP header'

/** Whether an error's message says that the credentials cannot be sent: Node's, or ours. */
export const isUnsendable = (message: string): boolean =>
  UNSENDABLE.test(message) || message.startsWith(UNSENDABLE_CREDENTIALS)

/** The characters of a header's value (RFC 9110, field-value). */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/

/** `fetch` would print such a header with its value, a token or a signature: this must run first. @throws TypeError */
export function refuseUnsendable(headers: Record<string, string>): void {
  const [name] = Object.entries(headers).find(([, value]) => !SENDABLE.test(value)) ?? []
  if (name !== undefined) throw new TypeError(`${UNSENDABLE_CREDENTIALS}: ${name}`)
}
