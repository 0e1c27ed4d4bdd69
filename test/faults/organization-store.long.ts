// The whole matrix over the run store of an organization run.
import { expect, it } from '@jest/globals'
import pMap from 'p-map'
import { SHARE_NAME, shareOf } from '../support/share.ts'
import { ORGANIZATION_SCENES } from './organization-scenes.ts'
import { organizationStoreCells, runOrganizationStoreCell } from './organization-store-cells.ts'
import '../io/no-backoff.ts'

const CELLS_AT_ONCE = 4
const MINUTE = 60_000

it.each(ORGANIZATION_SCENES)(
  `in %s, no fault of the run store harms a key, and every account has its true end: ${SHARE_NAME}`,
  async (name) => {
    const cells = shareOf(await organizationStoreCells(name))
    expect((await pMap(cells, runOrganizationStoreCell, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
  },
  20 * MINUTE,
)
