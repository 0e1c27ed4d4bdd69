// What is noted of a key whose deactivation was given up: whether its update may have been sent decides what follows.

import { describe, expect, it } from '@jest/globals'
import type { KeyOutcome } from '../../core/model/documents/key.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { makeNoteFailure } from '../../functions/note-failure.ts'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { documents } from '../../steps/run-documents.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { keyOutcomeOf } from '../support/stored.ts'
import { idOf, inputOf } from '../support/waiting.ts'

const KEY = { runId: 'run-1', user: 'bot', accessKeyId: idOf(1) }
const at = (name: string) => accessKeyKey(KEY.accessKeyId, KEY.runId, name)

/** The outcome that is noted after these traces. */
async function noted(error: object, traces: string[] = []): Promise<KeyOutcome> {
  const input = [documents.input(KEY.runId).key, JSON.stringify(inputOf())] as const
  const store = makeMemoryStore(new Map([input, ...traces.map((name) => [at(name), '{}'] as const)]))
  const answer = await makeNoteFailure({ store, now: () => NOW })({ ...KEY, error })
  expect(answer).toEqual({ accessKeyId: KEY.accessKeyId, outcome: 'failed' })
  return JSON.parse(store.objects.get(at('outcome')) ?? '') as KeyOutcome
}

const DENIED = { Error: 'IamDenied', Cause: '{"errorType":"IamDenied","errorMessage":"no"}' }

describe('a failure', () => {
  it('before any update says why, and that nothing was sent', async () => {
    expect(await noted(DENIED)).toEqual({
      keysweep: VERSION,
      ...KEY,
      outcome: 'failed',
      reason: 'IamDenied: no',
      sent: false,
      at: '2026-09-11T12:00:00.000Z',
    })
  })
  it('without a cause is shown by its name', async () => {
    expect((await noted({ Error: 'IamDenied' })).reason).toBe('IamDenied: IamDenied')
  })
  it('after an update whose end is not known says so', async () => {
    expect(await noted(DENIED, ['intent'])).toMatchObject({ reason: 'sent, not confirmed (IamDenied: no)', sent: true })
  })
  it('after an update that IAM refused was not sent', async () => {
    expect(await noted(DENIED, ['intent', 'refused-1'])).toMatchObject({ reason: 'IamDenied: no', sent: false })
  })
  it.each([
    ['Lambda.Unknown', true],
    ['Lambda.ServiceException', true],
    ['Sandbox.Timedout', true],
    ['States.Timeout', true],
    ['States.TaskFailed', false],
    // The process is dead: only an intent says that it may have sent the update.
    ['Runtime.ExitError', false],
    ['States.TimeoutX', false],
    ['OurLambda.Unknown', false],
    ['LambdaX', false],
    ['SandboxX', false],
    ['OurStates.Timeout', false],
  ])('named %s may leave a function at work, which sends later: %s', async (name, sent) => {
    expect((await noted({ Error: name, Cause: 'x' })).sent).toBe(sent)
  })
  it('changes no stored outcome', async () => {
    const stored = JSON.stringify(keyOutcomeOf(KEY))
    const input = [documents.input(KEY.runId).key, JSON.stringify(inputOf())] as const
    const store = makeMemoryStore(new Map([input, [at('outcome'), stored]]))
    expect(await makeNoteFailure({ store, now: () => NOW })({ ...KEY, error: DENIED })).toEqual({
      accessKeyId: KEY.accessKeyId,
      outcome: 'deactivated',
    })
    expect(store.objects.get(at('outcome'))).toBe(stored)
  })
})
