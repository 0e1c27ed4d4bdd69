// The whole of the IAM matrix over one run, as tests: one for each action, with some of its cells at a time, because most of
// a cell's time is spent waiting for an answer that does not come.
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { SHARE_NAME, shareOf } from '../support/share.ts'
import { type IamCell, iamCells, nameOf, runIamCell } from './iam-cells.ts'
import type { SceneName } from './scenes.ts'

export const CELLS_AT_ONCE = 12
const MINUTE = 60_000

/** Tests of every cell of a run's matrix. */
export function everyIamCell(scene: SceneName): void {
  const groups = Map.groupBy(shareOf(iamCells(scene)), ({ action }) => action)
  describe(`in ${scene}, no fault of IAM harms a key, and the record is true: ${SHARE_NAME}`, () => {
    it.each([...groups])(
      'at %s',
      async (_, cells) => {
        expect((await pMap(cells, complaintsOf, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
      },
      10 * MINUTE,
    )
  })
}

/** What is wrong with a cell, each line with the cell's name. */
export const complaintsOf = async (cell: IamCell): Promise<string[]> =>
  (await runIamCell(cell)).map((wrong) => `${nameOf(cell)}: ${wrong}`)
