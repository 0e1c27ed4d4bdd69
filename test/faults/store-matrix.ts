// The whole of the run store's matrix over one run, as tests: one for each handler.
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { SHARE_NAME, shareOf } from '../support/share.ts'
import { CELLS_AT_ONCE } from './iam-matrix.ts'
import { nameOf, runStoreCell, type StoreCell, type StoreScene, storeCells } from './store-cells.ts'

/** Tests of every cell of a run's matrix. */
export function everyStoreCell(scene: StoreScene): void {
  const groups = Map.groupBy(shareOf(storeCells(scene)), ({ handler }) => handler)
  describe(`in ${scene}, no fault of the run store harms a key, and the record is true: ${SHARE_NAME}`, () => {
    it.each([...groups])('in %s', async (_, cells) => {
      expect((await pMap(cells, complaintsOf, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
    })
  })
}

/** What is wrong with a cell, each line with the cell's name. */
export const complaintsOf = async (cell: StoreCell): Promise<string[]> =>
  (await runStoreCell(cell)).map((wrong) => `${nameOf(cell)}: ${wrong}`)
