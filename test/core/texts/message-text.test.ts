import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { ApprovalWanted } from '../../../core/model/messages.ts'
import { runEnded } from '../../../core/notify/message.ts'
import { CLONE_COMMAND, messageSubject, messageText } from '../../../core/texts/message-text.ts'
import { errorWith, expectNoGap, factsIn } from '../../support/error-facts.ts'
import { FAILED, LATER, recordedKey, recordOf, refusedRecord, SOON, TAKEN } from '../../support/records.ts'

const COMMAND = 'npm run -s keysweep -- show run-1 --store s3://runs'
const ended = (...fields: Parameters<typeof recordOf>) => runEnded(recordOf(...fields), COMMAND)

const wanted: ApprovalWanted = {
  kind: 'approval wanted',
  runId: 'run-1',
  account: '111122223333',
  plan: 'cafe',
  keys: 2,
  users: 1,
  longestIdle: { createdAt: '2025-08-07T00:00:00Z', lastUsedAt: null },
  mostRecent: { createdAt: '2024-01-01T00:00:00Z', lastUsedAt: '2026-02-23T00:00:00Z' },
  why: ['a cap'],
  noWitness: null,
  expiresAt: '2026-09-18T12:00:00Z',
  command: 'sweep approve run-1',
}

/** Its parts, which blank lines part, each as lines. */
const partsOf = (text: string) => text.split('\n\n').map((part) => part.split('\n'))

describe('a run that finished', () => {
  it('has a label and a value on each line that tells of it, and one line before them', () => {
    const none = { ...recordOf().counts, deactivated: 0, stale: 0 }
    const parts = partsOf(messageText(ended({ counts: none, keys: [LATER] })))
    expect(parts.map((lines) => lines.length)).toEqual([1, 8, 2])
    expect(parts[0]).toEqual([factsIn('finished')])
    for (const line of parts[1] ?? []) expect(line).toMatch(/^\p{Lu}[\p{L} ]*: +\S/u)
    // What a run may have left undone, or done as an undo, is named only if there is any.
    const labels = parts[1]?.flatMap((line) => /^(deactivated|reactivated|skipped|failed): +0$/i.exec(line)?.[1] ?? [])
    expect(labels?.map((label) => label.toLowerCase())).toEqual(['deactivated', 'skipped', 'failed'])
  })
  it('has no counts where a document could not be read, and says so', () => {
    const message = { ...ended({ keys: [] }), counts: null }
    const [, facts = []] = partsOf(messageText(message))
    expect(facts).toHaveLength(4)
    expect(facts.at(-1)).toMatch(/^[\p{L} ]+: +\p{L}+ \p{L}+[^\d]+$/u)
  })
  it('has its counts, each beside its name', () => {
    const counts = { ...recordOf().counts, users: 60, activeKeys: 75, stale: 9, deactivated: 1, skipped: 3, failed: 5 }
    const text = messageText(ended({ counts, keys: [TAKEN] }))
    expect(text).toEqual(factsIn('run-1', '111122223333', 75, 60))
    for (const line of [
      /stale\D+ 9$/im,
      /deactivated\D+ 1$/im,
      /skipped\D+ 3$/im,
      /failed\D+ 5$/im,
      /ended\D+ deactivated$/im,
    ])
      expect(text).toMatch(line)
  })
  it('has a blank line between what ended, the counts, what is stale soon, and what to type', () => {
    expect(messageText(ended()).split('\n\n')).toHaveLength(4)
    expect(messageText(runEnded(refusedRecord(), COMMAND)).split('\n\n')).toHaveLength(4)
    expect(messageText(wanted).split('\n\n')).toHaveLength(3)
  })
  it('names what is stale soon, whose it is, and within how many days', () => {
    const text = messageText(ended())
    expect(text).toEqual(factsIn(14))
    expect(text.split('\n').find((line) => line.includes(SOON.accessKeyId ?? '?'))).toEqual(
      factsIn(SOON.staleOn ?? '?', 'bot', 'ann'),
    )
  })
  it('says of a plan whether applying it would go, and why not', () => {
    const stop = { step: 'stop' as const, why: ['35 of 61 active keys', 'a second cap'] }
    expect(messageText(ended({ status: 'planned', ifApplied: stop }))).toEqual(factsIn('stop', ...stop.why))
    expect(messageText(ended({ status: 'planned', ifApplied: { step: 'go', why: [] } }))).toMatch(/applied\D+ go$/m)
    expect(messageText(ended({ ifApplied: stop }))).not.toMatch(/applied/i)
  })
  it('ends with the line that shows the record', () => {
    expect(messageText(ended()).split('\n').at(-1)?.trim()).toBe(COMMAND)
  })
  it.each(['deactivated', 'another run is open', 'rejected'] as const)('as "%s" says so in its subject', (status) => {
    expect(messageSubject(ended({ status }))).toEqual(factsIn('keysweep', '111122223333', status))
  })
  it('names no key that is stale later, and none that it took', () => {
    const text = messageText(ended({ keys: [TAKEN, LATER] }))
    expect(text).not.toMatch(/AKIA|14/)
  })
  it('names the first 50 keys that are stale soon, and says how many there are', () => {
    const keys = Array.from({ length: 53 }, (_, n) =>
      recordedKey({ ...SOON, accessKeyId: `AKIA${String(n).padStart(16, '0')}` }),
    )
    const text = messageText(ended({ keys }))
    expect(text.match(/AKIA/g)).toHaveLength(50)
    expect(text.slice(0, text.indexOf('AKIA'))).toEqual(factsIn(53, 14))
    expect(text.slice(text.lastIndexOf('AKIA'))).toEqual(factsIn(3))
    expect(messageText(ended({ keys: keys.slice(3) })).split('\n')).toHaveLength(text.split('\n').length - 1)
  })
  it('has no word of what is stale soon where nothing is', () => {
    const [none, some] = [[TAKEN], [TAKEN, SOON]].map((keys) => messageText(ended({ keys })).split('\n'))
    // A line between, the title and the key.
    expect(some?.length).toBe((none?.length ?? 0) + 3)
    expect(some).toEqual(expect.arrayContaining(none ?? []))
  })
  it('counts what it reactivated and what it left, if there is any', () => {
    const { counts } = recordOf()
    const text = messageText(ended({ counts: { ...counts, reactivated: 2, leftForNextRun: 3 } }))
    expect(text).toMatch(/deactivated\D+ 1\n.*reactivated\D+ 2\n.*skipped\D+ 0\n.*failed\D+ 0\n.*next\D+ 3\n/i)
    expect(messageText(ended())).not.toMatch(/reactivated|next/i)
  })
  it('says that an owner is not known', () => {
    expect(messageText(ended({ keys: [{ ...SOON, owner: null }] }))).toMatch(/bot\s+owner \p{L}+ \p{L}+$/mu)
  })
  it('shows what a tag holds as one line of text, whatever it holds', () => {
    const text = messageText(ended({ keys: [{ ...SOON, owner: 'ann\n\nTo approve:\u001b[2K\u202egnp.exe\u2028x' }] }))
    expect(text).toMatch(/ ann To approve:gnp\.exe x\n\n/)
  })
})

describe('a run that failed', () => {
  it('has its error', () => {
    const message = runEnded(refusedRecord(), COMMAND)
    expect(message.kind).toBe('run failed')
    expect(messageSubject(message)).toEqual(factsIn('keysweep', 'FAILED', 'InputRefused'))
    expect(messageText(message)).toMatch(/^account:\s+\p{L}+ \p{L}+$/imu)
    expect(messageText(message)).toMatch(/^.*\bInputRefused\b.*\n\n.*"dryRun"\n/)
  })
  it('has one line and the error before what is known of it, and names no account where none is known', () => {
    const message = runEnded(refusedRecord(), COMMAND)
    expect(partsOf(messageText(message)).slice(0, 2)).toEqual([[factsIn('InputRefused')], [factsIn('"dryRun"')]])
    expectNoGap(messageText(message).replaceAll(/:$/gm, ''))
    expectNoGap(messageSubject(message))
    expect(messageSubject({ ...message, account: '111122223333' })).toEqual(factsIn('111122223333', 'InputRefused'))
  })
  it('has the beginning of a very long error', () => {
    const error = { name: 'X', message: 'x'.repeat(3000) }
    expect(runEnded(refusedRecord({ error }), COMMAND).error?.message).toHaveLength(2000)
  })
  it('counts no active and stale keys where no report was read', () => {
    const counts = { ...recordOf().counts, users: 0, activeKeys: 0, stale: 0, deactivated: 0 }
    const refused = messageText(runEnded({ ...refusedRecord(), counts }, COMMAND))
    expect(refused).not.toMatch(/^(Active|Stale)/m)
    expect(refused).toMatch(/^deactivated\D+ 0$/im)
    expect(messageText(runEnded({ ...refusedRecord(), counts: { ...counts, users: 1 } }, COMMAND))).toMatch(
      /^Active.*0/m,
    )
  })
  it('has the keys that failed', () => {
    const message = ended({ status: 'some keys failed', keys: [TAKEN, FAILED] })
    expect(message.error).toEqual(errorWith('SomeKeysFailed', 1, 2, FAILED.accessKeyId ?? '?', 'bot', 'IamDenied: no'))
  })
})

describe('a plan that waits', () => {
  it.each([
    [1, 'key', 'waits'],
    [2, 'keys', 'wait'],
  ])('of %s says so in its subject', (keys, noun, verb) => {
    expect(messageSubject({ ...wanted, keys })).toEqual(factsIn('keysweep', `${keys} ${noun}`, verb, '111122223333'))
  })
  it('has the plan, the end of the term, and the command to answer with', () => {
    const text = messageText({ ...wanted, why: ['a cap', 'an old key'] })
    expect(text.split('\n')[0]).toEqual(factsIn('2 access keys', '1 user', '111122223333'))
    for (const line of [
      /run\W+ run-1$/im,
      /why[\w ]*: +a cap; an old key$/im,
      /longest\D+ 2025-08-07\b.*never/im,
      /most recent\D+ 2026-02-23$/im,
      /sha256\W+ cafe$/im,
      /until: +2026-09-18T12:00:00Z\W.*\bno\b/im,
      /\n {2}sweep approve run-1$/,
    ])
      expect(text).toMatch(line)
  })
  it('has a line about key events only if there is no second witness, in printable characters', () => {
    const lineOf = (noWitness: string | null) =>
      /^key events: +(.*)$/im.exec(messageText({ ...wanted, noWitness }))?.[1]
    expect(lineOf(null)).toBeUndefined()
    const [without = '', withOne = ''] = [null, 'denied'].map((noWitness) => messageText({ ...wanted, noWitness }))
    expect(withOne.split('\n')).toHaveLength(without.split('\n').length + 1)
    expect(withOne.split('\n')).toEqual(expect.arrayContaining(without.split('\n')))
    expect(lineOf('no second witness: \x1b[31mdenied\n(AccessDenied)')).toEqual(factsIn('denied', 'AccessDenied'))
    expect(lineOf('a\x1b[31m\nb')).not.toMatch(/\p{Cc}/u)
  })
  it('of no keys says so where it would say what was last', () => {
    const text = messageText({ ...wanted, keys: 0, users: 0, longestIdle: null, mostRecent: null })
    expect(text).toEqual(factsIn('0 access keys', '0 users'))
    expect(text).toMatch(/longest idle: +\p{L}+ key\n.*recent[\w ]*: +\p{L}+ key\n/iu)
  })
  it('shows no command if there is none, and says why', () => {
    for (const message of [wanted, ended()]) {
      const [last = []] = partsOf(messageText({ ...message, command: null }, ', in a clone')).slice(-1)
      expect(last).toEqual([expect.stringMatching(/^\p{L}+ command.*\bid\b.*\.$/u)])
    }
  })
  it('says where that line works, if it is not there where it is read', () => {
    for (const message of [wanted, ended()]) {
      const [here, there] = ['', ', in a clone'].map((where) => messageText(message, where))
      expect(there).toMatch(/\p{L} \p{L}.*, in a clone:\n {2}\S.*$/u)
      expect(there?.replace(', in a clone', '')).toBe(here)
      expect(messageText(message)).toBe(here)
    }
  })
})

it('the command of a clone runs a script of the package', () => {
  const [, script = ''] = /^npm run -s (\w+) --$/.exec(CLONE_COMMAND) ?? []
  expect(Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts)).toContain(script)
})
