// The tables of docs/internals/emulators.md, from the lists that the tests go by.
import { ALL_EDITS } from './definition-edits.ts'
import { DIFFERENCES } from './engine-differences.ts'
import { BRIDGES } from './iam-bridges.ts'
import { MOTO_DIFFERENCES } from './iam-differences.ts'
import { ORGANIZATION_BRIDGES } from './organization-bridges.ts'

/** A table in Markdown. */
const table = (heads: string[], rows: string[][]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

export const differencesTable = (): string =>
  table(
    ['What should be so', "What moto's IAM does instead", 'What AWS does', 'Right', 'keysweep'],
    MOTO_DIFFERENCES.map(({ fact, instead, aws, right, keysweep }) => [
      fact,
      instead,
      aws,
      right,
      typeof keysweep === 'string' ? keysweep : `bridge: ${keysweep.bridge}`,
    ]),
  )

export const bridgesTable = (): string =>
  table(
    ['Bridge', 'Calls', 'What it does to the answer', 'How a run ends without it'],
    Object.entries(BRIDGES).map(([name, { actions, does, without }]) => [name, actions.join(', '), does, without]),
  )

export const organizationBridgesTable = (): string =>
  table(
    ['Bridge for many accounts', 'Calls', 'What it does', 'Without it'],
    Object.entries(ORGANIZATION_BRIDGES).map(([name, { actions, does, without }]) => [
      name,
      actions.join(', '),
      does,
      without,
    ]),
  )

export const editsTable = (): string =>
  table(
    ['Edit', 'Why'],
    ALL_EDITS.map(({ what, why }) => [what, why]),
  )

export const enginesTable = (): string =>
  table(
    ['When', 'Ours', 'moto', 'What AWS does', 'Right'],
    DIFFERENCES.map(({ what, ours, moto, aws }) => [what, ours, moto, aws, 'ours']),
  )
