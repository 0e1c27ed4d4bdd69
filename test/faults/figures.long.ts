// The figures in docs/reliability.md are those of the matrix.
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { stepsOf } from './crash.ts'
import { iamCells } from './iam-cells.ts'
import { IAM_FAULTS } from './iam-faults.ts'
import { PORT_CELLS } from './port-cells.ts'
import { S3_FAULTS, s3Cells } from './s3-cells.ts'
import { SCENES, type SceneName } from './scenes.ts'
import { STORE_SCENES, storeCells } from './store-cells.ts'

const PAGE = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8')
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
const stepsIn = async (scenes: readonly SceneName[]) =>
  sum((await Promise.all(scenes.map(stepsOf))).map((steps) => steps.length))

/** The cells that the page gives for a row, by how the row begins. */
const figure = (row: string): number =>
  Number(
    PAGE.split('\n')
      .find((line) => line.startsWith(`| **${row}`))
      ?.split('|')[2],
  )

it('the page says how many cells there are', async () => {
  expect(figure('IAM and STS')).toBe(sum(SCENES.map((scene) => iamCells(scene).length)))
  expect(figure('The run store**')).toBe(sum(STORE_SCENES.map((scene) => storeCells(scene).length)))
  expect(figure('The run store in S3')).toBe(sum(SCENES.map((scene) => s3Cells(scene).length)))
  expect(figure('Other ports')).toBe(PORT_CELLS.length)
  expect(figure('A run that dies** before')).toBe(await stepsIn(SCENES))
  expect(figure('A run that dies**, then')).toBe(await stepsIn(['apply', 'approve']))
  expect(figure('One function')).toBe(await stepsIn(SCENES))
  expect(PAGE).toContain(`each of ${Object.keys(IAM_FAULTS).length} faults`)
  expect(PAGE).toContain(`× ${Object.keys(S3_FAULTS).length} network faults`)
})
