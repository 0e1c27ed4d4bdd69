// What is in the run store by chance, and what is whole, of this version and of 0.1.0.
import { expect, it } from '@jest/globals'
import { some } from './seeds.ts'
import { fitsOrIsRefused, KINDS, onlyApprovalsAreObeyed, wholeAndEarlier } from './stored-documents.ts'

it.each(KINDS)('%s is read, whole and as 0.1.0 wrote it', (kind) => {
  const { place, texts } = wholeAndEarlier(kind)
  for (const text of texts) expect(place.parse(text)).toMatchObject(JSON.parse(text))
})

it.each(KINDS)('%s by chance fits its schema, or is refused by name', async (kind) => {
  expect(await fitsOrIsRefused(kind, some(200))).toBeGreaterThan(5)
})

it('a decision by chance lets nothing go ahead that it does not approve', async () => {
  expect(await onlyApprovalsAreObeyed(some(200))).toBeGreaterThan(20)
})
