import { describe, expect, it } from '@jest/globals'
import { many } from './seeds.ts'
import { fitsOrIsRefused, KINDS, onlyApprovalsAreObeyed } from './stored-documents.ts'

describe.each(many())('over %s', (_, cases) => {
  it.each(KINDS)('%s by chance fits its schema, or is refused by name', async (kind) => {
    expect(await fitsOrIsRefused(kind, cases)).toBeGreaterThan(200)
  })
  it('a decision by chance lets nothing go ahead that it does not approve', async () => {
    expect(await onlyApprovalsAreObeyed(cases)).toBeGreaterThan(1000)
  })
})
