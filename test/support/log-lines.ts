// What is written to standard output and error while something runs: the log of a function, line by line.
import { jest } from '@jest/globals'

/** Runs `what`. @returns its lines, each the JSON that it holds. */
export async function linesOf(what: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const written: string[] = []
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk))
      return true
    }),
  )
  try {
    await what()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return written
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
