// The demo's record as it is shown on terminals of 80 and 120 columns: demo-80.txt and demo-120.txt are read by people.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { demoTexts } from '../../support/demo-texts.ts'

describe('the demo on a terminal', () => {
  let texts: Map<string, string>
  beforeAll(() => {
    texts = demoTexts()
  })

  it.each([80, 120])('of %i columns is what was reviewed; if not, "npm run picture" writes it anew', (columns) => {
    const file = `test/cli/render/demo-${columns}.txt`
    expect(texts.get(file)?.split('\n')).toEqual(readFileSync(file, 'utf8').split('\n'))
    for (const line of texts.get(file)?.split('\n') ?? []) expect(line.length).toBeLessThanOrEqual(columns)
  })
})
