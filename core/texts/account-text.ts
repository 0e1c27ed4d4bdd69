// How an account is named to people.
import { plain } from './plain.ts'

/** "111122223333 (acme-prod)"; without an alias, or if it is not known, only the id. */
export const accountText = (account: string, alias: string | null): string =>
  alias === null ? account : `${account} (${plain(alias)})`
