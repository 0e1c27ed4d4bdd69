import { describe, expect, it } from '@jest/globals'
import { foldKeyEvents, withKeyEvents } from '../../core/judge/key-events.ts'
import { readKeyEvent } from '../../core/judge/read-key-event.ts'
import { parseReport } from '../../core/judge/report.ts'
import { findSuspects } from '../../core/judge/suspects.ts'
import { judge } from '../../core/judge/verdict.ts'
import type { EventsShare } from '../../core/model/documents/events.ts'
import type { Suspect } from '../../core/model/documents/suspects.ts'
import type { Caller, KeyFacts } from '../../core/model/facts.ts'
import type { Policy } from '../../core/model/policy.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { verdictText } from '../../core/texts/verdict-text.ts'
import { type AccountKey, iamDate, userArn } from '../../demo/account.ts'
import { madeUpAccount, OPERATOR_CREDENTIALS } from '../../demo/made-up-account.ts'
import { EXEMPT_PATHS, OPERATOR } from '../../demo/made-up-user.ts'
import { reportCsv } from '../../demo/report.ts'

const NOW = new Date('2026-09-11T13:15:19.250Z')
const account = madeUpAccount(NOW)
const keys = account.users.flatMap((user) => user.keys)
const policy: Policy = { ...parseSettings('').policy, exemptPaths: EXEMPT_PATHS }
const listed = (overrides: Partial<Policy> = {}) =>
  findSuspects(parseReport(reportCsv(account), account.id).rows, { ...policy, ...overrides }, NOW)

describe('the made-up account', () => {
  it('has some 60 users with 75 to 80 active keys, all of a shape that IAM allows', () => {
    expect(account.users.length).toBeGreaterThanOrEqual(60)
    expect(listed().activeKeys).toBeGreaterThanOrEqual(75)
    expect(listed().activeKeys).toBeLessThanOrEqual(80)
    expect(account.users.filter(({ name, keys }) => !/^[\w+=,.@-]{1,64}$/.test(name) || keys.length > 2)).toEqual([])
    expect(keys.filter(({ id }) => !/^AKIA[A-Z2-7]{16}$/.test(id))).toEqual([])
    expect(new Set(keys.map((key) => key.id)).size).toBe(keys.length)
    const tags = account.users.flatMap((user) => Object.entries(user.tags).flat())
    expect(tags.filter((text) => !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text))).toEqual([])
  })

  it('has the same key ids on any day', () => {
    const later = madeUpAccount(new Date('2027-02-03T04:05:06Z'))
    expect(later.users.map((user) => user.keys.map((key) => key.id))).toEqual(
      account.users.map((user) => user.keys.map((key) => key.id)),
    )
  })

  it('has a key for every row of the verdict table', () => {
    expect(verdicts()).toEqual({
      [OPERATOR]: ['own', 'own'],
      'vendor-datadog': [expect.stringMatching(/^not active/), 'in use'],
      'legacy-importer': ['in use'],
      'scanner-pilot': [expect.stringMatching(/^unknown: .*keysweep-exempt-until/)],
      'terraform-preview': ['in use', expect.stringMatching(/^unknown: .*future/)],
      'backup-mirror': [expect.stringMatching(/^unknown: .*used before/)],
      'ses-smtp-user.20240304-101112': ['exempt: user ses-smtp-user.*'],
      'ses-smtp-user.newsletter': ['exempt: user ses-smtp-user.*'],
      'break-glass-1': ['exempt: path /break-glass/'],
      'break-glass-2': ['exempt: path /break-glass/'],
      'quarterly-audit-export': ['exempt: Runs once a quarter: FIN-212'],
      'datacenter-migration': [expect.stringMatching(/^exempt: .*The second half of the move/)],
      'partner-sftp': [expect.stringMatching(/^exempt: Held by the partner/), 'unused since 2026-03-25'],
      'emil.andersen': ['in use'],
      'invoice-mailer': ['in use'],
      'kafka-connect-canary': ['in use'],
      'cost-report-export': [expect.stringMatching(/^in use: reactivated 2026-08-2\d by .*emma\.fischer$/)],
      'marco.rossi': ['unused since 2026-04-14'],
      'anna.lindqvist': ['unused since 2026-05-14', expect.stringMatching(/^not active/)],
      'summer-intern-portal': ['unused since 2026-06-04'],
      'jonas.weber': ['unused since 2026-06-06'],
      'priya.natarajan': ['unused since 2026-04-21'],
      'jenkins-old': ['unused since 2025-07-26'],
      'metrics-shipper-v1': ['unused since 2026-01-24'],
      'garcia,lucia': ['unused since 2026-03-07'],
      'deploy+eu=prod@ci': ['never used, created 2025-11-14'],
      'hannah.schmidt': ['never used, created 2026-04-04'],
      'lambda-layer-publisher': ['never used, created 2026-06-08'],
      'mobile-build': ['in use', 'never used, created 2025-11-15'],
      'sara.holm': ['unused since 2026-02-23', 'in use'],
      'log-archiver': ['in use', 'never used, created 2026-01-04'],
      'tomasz.nowak': ['unused since 2026-05-30'],
      'nightly-etl': ['unused since 2026-05-13'],
      'olga.petrova': ['unused since 2026-05-01'],
    })
  })

  it('has an active root key', () => {
    expect(listed().rootKeys).toHaveLength(1)
  })

  it('has fewer stale keys than the cap takes, even if nothing happens meanwhile', () => {
    const stale = Object.values(verdicts())
      .flat()
      .filter((reason) => /^(unused|never)/.test(reason))
    expect(stale.length).toBeLessThanOrEqual(18)
    expect((stale.length / listed().activeKeys) * 100).toBeLessThan(25)
  })

  it('has an older key in slot 2, and two keys of one second of which slot 2 was used', () => {
    const slotsOf = (user: string) => listed().suspects.find((suspect) => suspect.user === user)?.slots
    const [archiver1, archiver2] = slotsOf('log-archiver') ?? []
    expect(Date.parse(archiver2?.lastRotatedAt ?? '')).toBeLessThan(Date.parse(archiver1?.lastRotatedAt ?? ''))
    const [build1, build2] = slotsOf('mobile-build') ?? []
    expect(build1?.lastRotatedAt).toBe(build2?.lastRotatedAt)
    expect([build1?.lastUsedAt, build2?.lastUsedAt]).toEqual([null, expect.any(String)])
  })

  it('has a key in use that is stale for its age alone, with a newer one in use beside it', () => {
    expect(verdicts()).not.toHaveProperty('billing-sync')
    expect(verdicts({ rotationDays: 365 })['billing-sync']).toEqual([
      expect.stringMatching(/^not rotated since/),
      'in use',
    ])
  })
})

/** The core's verdicts for every suspect, key by key in order of the account. */
function verdicts(overrides: Partial<Policy> = {}): Record<string, string[]> {
  const tried = { ...policy, ...overrides }
  return Object.fromEntries(listed(overrides).suspects.map((suspect) => [suspect.user, reasons(suspect, tried)]))
}

function reasons(suspect: Suspect, tried: Policy): string[] {
  const user = account.users.find(({ name }) => name === suspect.user)
  const { activeInReport: activeKeys, slots, userCreatedAt } = suspect
  const report = { generatedAt: iamDate(NOW), activeKeys, slots, userCreatedAt }
  const read = {
    user: suspect.user,
    path: suspect.path,
    createdAt: user === undefined ? null : iamDate(user.createdAt),
    keys: (user?.keys ?? []).map(keyFacts),
    tags: user?.tags ?? {},
    report,
  }
  const facts = withKeyEvents(read, foldKeyEvents([shareOfTrail()]))
  return facts.keys.map((key) => verdictText(judge({ facts, key, policy: tried, caller: operator(), now: NOW })))
}

/** CloudTrail's events, as Read key events stores them. */
function shareOfTrail(): EventsShare {
  const read = account.trail.map(({ at, username, text }) =>
    readKeyEvent({ at: at.toISOString(), username, text, resources: [] }),
  )
  const events = read.flatMap((one) => (one !== null && 'event' in one ? one.event : []))
  const [from, to] = [NOW, NOW].map((at) => at.toISOString()) as [string, string]
  return { n: 0, round: 1, from, to, pages: 1, nextToken: null, witness: { complete: true }, events, odd: [] }
}

const keyFacts = ({ id, status, createdAt, lastUsed }: AccountKey): KeyFacts => ({
  accessKeyId: id,
  status,
  createdAt: iamDate(createdAt),
  lastUsed: lastUsed
    ? { known: true, at: iamDate(lastUsed.at), service: lastUsed.service, region: lastUsed.region }
    : { known: true, at: null, service: null, region: null },
  reactivatedAt: null,
})

function operator(): Caller {
  const user = account.users.find(({ name }) => name === OPERATOR)
  const arn = user ? userArn(account, user) : ''
  return {
    account: account.id,
    arn,
    userName: OPERATOR,
    accessKeyId: OPERATOR_CREDENTIALS.accessKeyId,
    accountAlias: null,
    sourceKeyIds: [],
  }
}
