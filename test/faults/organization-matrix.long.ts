// The whole matrix over an organization run, as tests: one for each run and action.
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { SHARE_NAME, shareOf } from '../support/share.ts'
import { organizationCells, runOrganizationCell } from './organization-cells.ts'
import { ORGANIZATION_SCENES } from './organization-scenes.ts'
import '../io/no-backoff.ts'

/** Most of a silent cell's time is spent waiting for an answer that does not come. */
const CELLS_AT_ONCE = 6
const MINUTE = 60_000

describe(`no fault of Organizations, or of one account of many, harms a key, and every account has its true end: ${SHARE_NAME}`, () => {
  const groups = Map.groupBy(
    shareOf(ORGANIZATION_SCENES.flatMap(organizationCells)),
    ({ scene, action }) => `${action}, in ${scene}`,
  )
  it.each([...groups])(
    'at %s',
    async (_, cells) => {
      expect((await pMap(cells, runOrganizationCell, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
    },
    20 * MINUTE,
  )
})
