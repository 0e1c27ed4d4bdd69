import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import {
  bridgesTable,
  differencesTable,
  editsTable,
  enginesTable,
  organizationBridgesTable,
} from '../full/emulator-tables.ts'

const page = readFileSync('docs/internals/emulators.md', 'utf8')

it("docs/internals/emulators.md lists every known difference of moto's IAM, and no other", () => {
  expect(page).toContain(`\n\n${differencesTable()}\n\n`)
})

it('docs/internals/emulators.md lists every bridge, and no other', () => {
  expect(page).toContain(`\n\n${bridgesTable()}\n\n`)
  expect(page).toContain(`\n\n${organizationBridgesTable()}\n\n`)
})

it("docs/internals/emulators.md lists every edit that moto's Step Functions needs, and no other", () => {
  expect(page).toContain(`\n\n${editsTable()}\n\n`)
})

it('docs/internals/emulators.md lists where the two engines differ, and nothing else', () => {
  expect(page).toContain(`\n\n${enginesTable()}\n\n`)
})
