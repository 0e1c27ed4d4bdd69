// IAM is eventually consistent: for a while after a write, reads may show the status that was there before.
import type { AccountKey } from './account.ts'

export interface ShownStatus {
  /** Has reads show the key as it is now, for so many ListAccessKeys answers or milliseconds of the endpoint's clock. */
  keep(key: AccountKey, until: { reads?: number; milliseconds?: number }): void
  /** What a read shows; counts as one read. */
  of(key: AccountKey): string
}

export function shownStatus(now: () => Date): ShownStatus {
  const kept = new Map<string, { status: string; readsLeft: number; endsAt: number }>()
  return {
    keep(key, { reads = Number.POSITIVE_INFINITY, milliseconds = Number.POSITIVE_INFINITY }) {
      kept.set(key.id, { status: key.status, readsLeft: reads, endsAt: now().getTime() + milliseconds })
    },
    of(key) {
      const old = kept.get(key.id)
      if (!old) return key.status
      if (old.readsLeft <= 0 || now().getTime() >= old.endsAt) {
        kept.delete(key.id)
        return key.status
      }
      old.readsLeft -= 1
      return old.status
    },
  }
}
