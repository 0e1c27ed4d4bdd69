// URLs as people see them. An address may hold a password (http://user:PW@host) or a token (?key=...), and the environment
// and options are where people put such addresses.

const HIDDEN = '***'

/** A scheme with its slashes, and all that may be user info: it ends with the last "@", as a password may hold one. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s"<>]*@/gi

/** The text with the user info of each URL in it hidden. */
export const withoutUserInfo = (text: string): string => text.replace(USER_INFO, `$1${HIDDEN}@`)

/** One address, also one that is not valid: without user info, query and fragment. */
export const shownUrl = (address: string): string => addressWithoutUser(address).replace(/([?#]).*/s, `$1${HIDDEN}`)

/** One address, also one that is not valid: without user info, which may have any characters then. */
export function addressWithoutUser(address: string): string {
  const scheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i.exec(address)?.[0] ?? ''
  const at = address.lastIndexOf('@')
  return at < scheme.length ? address : `${scheme}${HIDDEN}@${address.slice(at + 1)}`
}
