// Errors of the operating system in words: EACCES is "permission denied".
import { getSystemErrorMap } from 'node:util'

/** The system's words for the error's code, such as "permission denied"; for any other error, its own message. */
export function systemErrorText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words = [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1]
  return words ?? message ?? String(error)
}
