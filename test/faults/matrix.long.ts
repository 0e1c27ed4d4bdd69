// The matrix goes by lists of what each run asks and stores; here they are held against what each run does.
import { expect, it } from '@jest/globals'
import { ASKED, baseline } from './iam-cells.ts'
import { SCENES } from './scenes.ts'
import { DONE, STORE_SCENES, storeBaseline } from './store-cells.ts'

it.each(SCENES)('the matrix has every action that %s asks', async (name) => {
  expect([...(await baseline(name)).calls.keys()].sort()).toEqual([...ASKED[name]].sort())
})
it.each(STORE_SCENES)('the matrix has everything that is done to the store in %s', async (name) => {
  expect([...(await storeBaseline(name)).counts.keys()].sort()).toEqual([...new Set(DONE[name])].sort())
})
