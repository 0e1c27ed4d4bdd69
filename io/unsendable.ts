// Credentials that no request can carry: a token pasted with a line break in it never leaves this machine.

/** In the words of Node's HTTP client, which the SDK may wrap in an error of its own. */
const UNSENDABLE = /Invalid character in header content/

/** What was expected instead of such credentials; null where the error is another. */
export const expectedToSend = (error: Error): string | null =>
  UNSENDABLE.test(error.message) ? 'credentials without line breaks and other characters that no header may hold' : null
