// A record joined from what a run left, for those who write it and for those who only look.

import { describe, expect, it } from '@jest/globals'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { runKey } from '../../io/store/run-store.ts'
import { joinRecord } from '../../steps/join-record.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { inputOf, openWaiting, RUN } from '../support/waiting.ts'

const { executionId, startedAt } = inputOf()
const EXECUTION = { runId: RUN, executionId, startedAt, error: null }

describe('a joined record', () => {
  it('is what the run left, and nothing is written for it', async () => {
    const { store } = await openWaiting()
    const put = () => Promise.reject(new TypeError('nothing is to be written'))
    const { record, foreign } = await joinRecord({ ...store, put }, EXECUTION, NOW)
    expect(foreign).toBe(false)
    expect(record).toMatchObject({
      runId: RUN,
      account: '111122223333',
      status: 'approval needed',
      startedAt,
      endedAt: NOW.toISOString(),
      plan: { keys: 3 },
      error: null,
    })
  })

  it('of an execution whose id another one has used says nothing of that one', async () => {
    const { store } = await openWaiting()
    const { record, foreign } = await joinRecord(store, { ...EXECUTION, executionId: 'another' }, NOW)
    expect(foreign).toBe(true)
    expect(record).toMatchObject({ account: null, plan: null, keys: [] })
  })

  it('says what could not be read, and not what went wrong after it', async () => {
    const store = makeMemoryStore(new Map([[runKey(RUN, 'input.json'), 'cut {']]))
    const { record } = await joinRecord(store, EXECUTION, NOW)
    expect(record).toMatchObject({ status: 'refused', error: { name: 'StoreDamaged' } })
    const error = { Error: 'ReportRefused', Cause: 'empty' }
    expect((await joinRecord(store, { ...EXECUTION, error }, NOW)).record.error?.name).toBe('ReportRefused')
  })

  it('is not made of a store that does not answer', async () => {
    const { store } = await openWaiting()
    const get = () => Promise.reject(new StoreUnavailable('down'))
    await expect(joinRecord({ ...store, get }, EXECUTION, NOW)).rejects.toThrow(StoreUnavailable)
  })
})
