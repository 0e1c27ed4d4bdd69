// Rows that decide, to begin a test from.
import type { DecidingRow, StaleRow } from '../../core/model/verdict.ts'
import { ago } from './facts.ts'

export const UNUSED: StaleRow = { row: 'unused', values: { since: ago(200), neverUsed: false } }
export const OLD: StaleRow = { row: 'rotation', values: { createdAt: ago(400) } }
export const IN_USE: DecidingRow = { row: 'in-use', values: { since: ago(80), reactivated: false } }
