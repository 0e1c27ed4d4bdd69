// The figures in docs/reliability.md are those of the matrix.
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { CASES } from '../properties/organization-http.ts'
import { stepsOf } from './crash.ts'
import { iamCells } from './iam-cells.ts'
import { IAM_FAULTS } from './iam-faults.ts'
import { ORGANIZATION_FAULTS, organizationCells } from './organization-cells.ts'
import { organizationStepsOf, stepsInMiddle } from './organization-crash.ts'
import { KILL_POINTS } from './organization-kill.ts'
import { ORGANIZATION_SCENES } from './organization-scenes.ts'
import { organizationStoreCells } from './organization-store-cells.ts'
import { PORT_CELLS } from './port-cells.ts'
import { S3_FAULTS, s3Cells } from './s3-cells.ts'
import { SCENES, type SceneName } from './scenes.ts'
import { STORE_SCENES, storeCells } from './store-cells.ts'

const PAGE = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8')
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
const sumOf = (lists: unknown[][]): number => sum(lists.map(({ length }) => length))
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
  const steps = sumOf(await Promise.all(ORGANIZATION_SCENES.map(organizationStepsOf)))
  expect(figure('An organization run**,')).toBe(sumOf(ORGANIZATION_SCENES.map(organizationCells)))
  expect(figure("An organization run's store")).toBe(
    sumOf(await Promise.all(ORGANIZATION_SCENES.map(organizationStoreCells))),
  )
  expect(figure('An organization run that dies** before')).toBe(steps)
  expect(figure('An organization run that dies**, then redriven')).toBe(steps)
  expect(figure('An organization run that dies**, then undone')).toBe(
    sumOf(await Promise.all((['apply', 'approve'] as const).map(organizationStepsOf))),
  )
  expect(figure('One function of an organization run')).toBe(steps)
  expect(figure('The run in one account')).toBe(sumOf(await Promise.all(ORGANIZATION_SCENES.map(stepsInMiddle))))
  expect(figure('Organizations by chance')).toBe(2 * CASES)
  expect(figure('A process of an organization run')).toBe(2 * KILL_POINTS.length)
  expect(PAGE).toContain(`each of ${Object.keys(ORGANIZATION_FAULTS).length} faults. The broken account`)
  expect(PAGE).toContain(`each of ${Object.keys(IAM_FAULTS).length} faults`)
  expect(PAGE).toContain(`× ${Object.keys(S3_FAULTS).length} network faults`)
})
