// The whole of the matrix of a run store in S3 over one run, as tests: one for each handler.
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { SHARE_NAME, shareOf } from '../support/share.ts'
import { CELLS_AT_ONCE } from './iam-matrix.ts'
import { nameOf, runS3Cell, type S3Cell, s3Cells } from './s3-cells.ts'
import type { SceneName } from './scenes.ts'

const MINUTE = 60_000

/** Tests of every cell of a run's matrix. */
export function everyS3Cell(scene: SceneName): void {
  const groups = Map.groupBy(shareOf(s3Cells(scene)), ({ handler }) => handler)
  describe(`in ${scene}, no fault of the run store in S3 harms a key, and the record is true: ${SHARE_NAME}`, () => {
    it.each([...groups])(
      'in %s',
      async (_, cells) => {
        expect((await pMap(cells, complaintsOf, { concurrency: CELLS_AT_ONCE })).flat()).toEqual([])
      },
      10 * MINUTE,
    )
  })
}

const complaintsOf = async (cell: S3Cell) => (await runS3Cell(cell)).map((wrong) => `${nameOf(cell)}: ${wrong}`)
