// The matrix is whole, and a handful of its cells for every run; `npm run test:long` runs them all.
import { mkdtempSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { makeHandlers } from '../../local/local-run.ts'
import { openWorld } from '../support/world.ts'
import { faultAccount } from './account.ts'
import { ASKED_ACTIONS } from './asked-actions.ts'
import { functionDiesAt } from './crash.ts'
import { ASKED, baseline, faultsOf, type IamCell, iamCells } from './iam-cells.ts'
import { IAM_FAULTS } from './iam-faults.ts'
import { CELLS_AT_ONCE, complaintsOf } from './iam-matrix.ts'
import { complaints } from './judge.ts'
import { killAndUndo } from './kill.ts'
import { PORT_CELLS, runPortCell } from './port-cells.ts'
import { s3Cells } from './s3-cells.ts'
import { openScene, SCENES } from './scenes.ts'
import { DONE, STORE_SCENES, storeBaseline, storeCells } from './store-cells.ts'
import { complaintsOf as storeComplaintsOf } from './store-matrix.ts'

describe('the matrix', () => {
  it('has every handler of the machine, and the decision API', async () => {
    const { ports } = await openWorld({ account: faultAccount() })
    const handlers = Object.keys(makeHandlers(ports)).map((name) => name.replace(/Arn$/, ''))
    // Generate report asks IAM alone.
    const tried = new Set(STORE_SCENES.flatMap(storeCells).map(({ handler }) => handler))
    expect([...tried].sort()).toEqual([...handlers, 'Decide'].sort())
    const onS3 = new Set(SCENES.flatMap(s3Cells).map(({ handler }) => handler))
    expect([...onS3, 'NoteFailure'].sort()).toEqual([...tried].sort())
  })
  it('has every action that the endpoint serves, and every fault', () => {
    const cells = SCENES.flatMap(iamCells)
    expect(new Set(cells.map(({ action }) => action))).toEqual(new Set(ASKED_ACTIONS))
    expect(new Set(cells.map(({ fault }) => fault))).toEqual(new Set(Object.keys(IAM_FAULTS)))
  })
  it('has every action that a run asks, and everything that it does to the store', async () => {
    expect([...(await baseline('apply')).calls.keys()].sort()).toEqual([...ASKED.apply].sort())
    expect([...(await storeBaseline('apply')).counts.keys()].sort()).toEqual([...new Set(DONE.apply)].sort())
  })
  it('has the lie that no answer of ListUserTags gives away: tags of another user, told every time', async () => {
    const scene = await openScene('apply')
    scene.world.endpoint.fault({ action: 'ListUserTags', kind: 'other user', user: 'idle-a' })
    expect(await complaints(scene, await scene.run())).toEqual([])
    const left = iamCells('apply').filter(
      ({ action, fault, lasting }) => action === 'ListUserTags' && /another user/.test(fault) && lasting === 'for good',
    )
    expect(left).toHaveLength(4)
  })
  it('has the first, the middle and the last call, once and permanently', () => {
    const places = new Set(iamCells('apply').map(({ place, lasting }) => `${place}, ${lasting}`))
    expect(places.size).toBe(8)
    expect(faultsOf('UpdateAccessKey').length).toBeGreaterThan(20)
  })
})

/** The fault that says least of what was done, at the calls that a write hangs on. */
const isShown = ({ action, fault, place, lasting }: IamCell): boolean =>
  ['GetUser', 'ListAccessKeys', 'UpdateAccessKey'].includes(action) &&
  fault === 'reset after the call was done' &&
  place === 'last' &&
  lasting === 'once'

describe('no fault harms a key, and the record is true', () => {
  it('of IAM, in apply', async () => {
    const cells = iamCells('apply').filter(isShown)
    expect(cells).toHaveLength(3)
    expect((await pMap(cells, complaintsOf, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
  })
  it('of CloudTrail, in apply: denied, throttled, broken, not itself, cut, or silent', async () => {
    const faults = [
      'AccessDenied',
      'Throttling',
      '500 ServiceFailure',
      'HTML 200',
      'truncated XML',
      'connection refused',
    ]
    const cells = iamCells('apply').filter(
      ({ action, fault, place, lasting }) =>
        action === 'LookupEvents' && faults.includes(fault) && place === 'first' && lasting === 'for good',
    )
    expect(cells).toHaveLength(faults.length)
    expect((await pMap(cells, complaintsOf, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
  })
  it('of the run store, in apply', async () => {
    const cells = storeCells('apply, one key denied').filter(
      ({ operation, fault, place, lasting }) =>
        operation === 'put' && fault.startsWith('unavailable') && place === 'last' && lasting === 'for good',
    )
    expect(cells).toHaveLength(6)
    expect((await pMap(cells, storeComplaintsOf, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
  })
  it.each(PORT_CELLS)('%s, %s', async (fault, lasting) => {
    const { wrong, seen } = await runPortCell(fault, lasting)
    expect(wrong).toEqual([])
    expect(seen).toBeGreaterThan(0)
  })
  it('on a store in a directory', async () => {
    const store = makeDirectoryStore(mkdtempSync('/tmp/keysweep-faults-'))
    const scene = await openScene('apply', { store })
    expect((await scene.run()).result.status).toBe('SUCCEEDED')
  })
})

describe('a run that dies', () => {
  it.each(['before Inactive two', 'after Inactive two'])(
    'at one function, %s, ends as if nothing had been',
    async (step) => {
      expect(await functionDiesAt('apply', step)).toEqual([])
    },
  )
  it('by SIGKILL between a write and its outcome is undone by its intents', async () => {
    expect(await killAndUndo({ dieAt: 'after Inactive idle-a' })).toEqual([])
  })
})
