// Rows that decide, to begin a test from.
import type { DecidingRow, FactDoubt, StaleRow } from '../../core/model/verdict.ts'
import { ago } from './facts.ts'

export const UNUSED: StaleRow = { row: 'unused', values: { since: ago(200), neverUsed: false } }
export const OLD: StaleRow = { row: 'rotation', values: { createdAt: ago(400) } }
export const IN_USE: DecidingRow = { row: 'in-use', values: { since: ago(80), reactivated: false } }

export const doubted = (doubt: FactDoubt, received: string | null = null): DecidingRow => ({
  row: 'unknown',
  values: { doubt, received },
})

const SINCE = '2026-02-23T23:59:59.999Z'

/** Every way in which a row can decide, each with the facts that its sentence must hold. Doubts about a fact have a list of their own. */
export const WAYS_TO_DECIDE: [DecidingRow, (string | number)[]][] = [
  [{ row: 'root', values: { lastUsedAt: null } }, []],
  [{ row: 'not-active', values: { status: 'Expired' } }, ['Expired']],
  [
    { row: 'unknown', values: { doubt: 'user-unreadable', error: 'IamDenied', message: 'no: at all' } },
    ['IamDenied', 'no: at all'],
  ],
  [{ row: 'changed', values: { change: 'more-active', reported: 1, active: 2 } }, [1, 2]],
  [
    { row: 'changed', values: { change: 'was-inactive', accessKeyId: 'AKIABACKBACKBACKBAC1' } },
    ['AKIABACKBACKBACKBAC1'],
  ],
  [{ row: 'changed', values: { change: 'not-shown', accessKeyId: 'AKIAMADEMADEMADEMADE' } }, ['AKIAMADEMADEMADEMADE']],
  [{ row: 'changed', values: { change: null } }, []],
  [{ row: 'exempt', values: { by: 'user', pattern: 'ci-*' } }, ['ci-*']],
  [{ row: 'exempt', values: { by: 'path', path: '/service/' } }, ['/service/']],
  [{ row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: 'payroll' } }, ['payroll']],
  [{ row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: '' } }, ['keysweep-exempt']],
  [{ row: 'exempt', values: { by: 'until', until: '2026-12-31', text: null } }, ['2026-12-31']],
  [{ row: 'exempt', values: { by: 'until', until: '2026-12-31', text: 'leave' } }, ['2026-12-31', 'leave']],
  [{ row: 'own', values: { by: 'key' } }, []],
  [{ row: 'unused', values: { since: SINCE, neverUsed: false } }, ['2026-02-23']],
  [{ row: 'unused', values: { since: SINCE, neverUsed: true } }, ['2026-02-23']],
  [{ row: 'rotation', values: { createdAt: SINCE } }, ['2026-02-23']],
  [{ row: 'in-use', values: { since: SINCE, reactivated: false } }, []],
  [{ row: 'in-use', values: { since: SINCE, reactivated: true } }, ['2026-02-23']],
]
