// Reads that may end early. After Ctrl-C nobody needs what a survey still reads, and a service that stalls would keep it for
// minutes. What changes a key, and what reads the change back, always gets its answer or its time limit.
import { AsyncLocalStorage } from 'node:async_hooks'

const ending = new AsyncLocalStorage<AbortSignal>()

/** Does the work. Once the signal is aborted, the reads in it end with the signal's reason, and no other is sent. */
export const readUntil = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => ending.run(signal, work)

/** Reads that began before, in a `readUntil` of their own: they end when those of the work end that now waits for them. */
export function endWithThisWork(begun: AbortController): void {
  const signal = ending.getStore()
  if (signal?.aborted) begun.abort(signal.reason)
  signal?.addEventListener('abort', () => begun.abort(signal.reason), { once: true })
}

/**
 * Sends a read: one call with its retries.
 * @param send given to it: the options of the SDK's `send`
 * @throws what `send` throws; the reason of the signal of `readUntil`
 */
export async function sendRead<T>(send: (options: { abortSignal?: AbortSignal }) => Promise<T>): Promise<T> {
  const signal = ending.getStore()
  if (signal === undefined) return send({})
  try {
    return await send({ abortSignal: signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
