// IAM is eventually consistent: for a while after a write, reads may show the old status.
import type { AccountKey } from './account.ts'

export interface ShownStatus {
  /**
   * Reads still show the key's present status, for a number of ListAccessKeys answers or milliseconds of the endpoint's
   * clock.
   */
  keep(key: AccountKey, until: { reads?: number; milliseconds?: number }): void
  /** The status that a read shows. Counts as one read. */
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
