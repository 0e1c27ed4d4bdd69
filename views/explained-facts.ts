// The facts of one key, each with its source.
import type { Caller, KeyFacts, UserFacts } from '../core/model/facts.ts'
import type { Witness } from '../core/model/key-events.ts'
import type { Explained } from '../core/model/printed.ts'
import { noWitnessText } from '../core/texts/witness-text.ts'
import type { SeenReport } from './seen-report.ts'

/** @param unread why the documents about keys cannot be read; null: they were read */
export function factLines(
  facts: UserFacts,
  key: KeyFacts,
  { shown, missing, path }: SeenReport,
  caller: Caller,
  { store, unread }: { store: string; unread: string | null },
): Explained['facts'] {
  const others = facts.keys.filter((other) => other.accessKeyId !== key.accessKeyId)
  const tags = Object.entries(facts.tags ?? {}).map(([name, value]) => `${name}=${value}`)
  const list = (parts: string[]) => parts.join(', ') || 'none'
  return [
    { fact: 'user', value: facts.user, from: 'GetAccessKeyLastUsed' },
    { fact: 'status', value: key.status, from: 'ListAccessKeys' },
    { fact: 'created', value: key.createdAt ?? 'missing', from: 'ListAccessKeys' },
    { fact: 'other keys', value: list(others.map((o) => `${o.accessKeyId} ${o.status}`)), from: 'ListAccessKeys' },
    { fact: 'last used', value: lastUse(key), from: 'GetAccessKeyLastUsed' },
    {
      fact: 'tags',
      value: facts.tags === null ? 'not read: needed only if a key would be stale' : list(tags),
      from: 'ListUserTags',
    },
    {
      fact: 'reactivated',
      value: reactivatedText(key, unread),
      from: `run store ${store}`,
    },
    { fact: 'user created', value: shown.userCreatedAt ?? 'not known', from: 'GetCredentialReport' },
    { fact: 'path', value: path ?? 'not known', from: 'GetCredentialReport' },
    {
      fact: 'in the report',
      value: missing || `${shown.activeKeys} active, made at ${shown.generatedAt}`,
      from: 'GetCredentialReport',
    },
    { fact: 'caller', value: caller.arn, from: 'GetCallerIdentity' },
  ]
}

/** What CloudTrail says of the key. */
export function eventLine({ events }: KeyFacts, witness: Witness): Explained['facts'][number] {
  const activated = events?.activated ?? null
  const none = witness.complete ? 'no event in 90 days' : noWitnessText(witness)
  const value = activated === null ? (events?.problem ?? none) : `${activated.at} by ${activated.by}`
  return { fact: 'set Active', value, from: 'LookupEvents' }
}

function lastUse({ lastUsed, status }: KeyFacts): string {
  if (!lastUsed.known) return status === 'Active' ? 'unknown' : 'not read: the key is not Active'
  return lastUsed.at === null ? 'never' : `${lastUsed.at}, ${lastUsed.service} in ${lastUsed.region}`
}

function reactivatedText({ reactivatedAt, status }: KeyFacts, unread: string | null): string {
  if (status !== 'Active') return 'not read: the key is not Active'
  return unread === null ? (reactivatedAt ?? 'no run deactivated it') : 'not known: a document cannot be read'
}
