// A run store that outlived its stack is taken into the next one.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { type ImportedTemplate, importTemplate, resourcesToImport } from '../../scripts/import-run-store.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { resources } from './stack.ts'

const stack = { Resources: structuredClone(resources) } as unknown as ImportedTemplate
const POLICY = { Version: '2012-10-17', Statement: [{ Sid: 'OfTheStackThatIsGone', Effect: 'Deny' }] }
const imported = importTemplate(stack, JSON.stringify(POLICY))

describe('the template of the import', () => {
  it('has the bucket and its policy, and nothing that would have to be created', () => {
    expect(Object.keys(imported.Resources)).toEqual(['RunStore', 'RunStorePolicy'])
    expect(JSON.stringify(imported)).not.toMatch(/Fn::GetAtt|!Sub/)
  })

  it('has a deletion policy for each, without which CloudFormation imports nothing', () => {
    expect(Object.values(imported.Resources).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
    ])
  })

  it('describes the bucket as the stack does, without a name: with one, the next deploy would replace it', () => {
    expect(imported.Resources.RunStore).toEqual(stack.Resources.RunStore)
    expect(imported.Resources.RunStore.Properties).not.toHaveProperty('BucketName')
  })

  it('leaves the policy as it is until the next deploy', () => {
    expect(imported.Resources.RunStorePolicy.Properties).toEqual({
      Bucket: { Ref: 'RunStore' },
      PolicyDocument: POLICY,
    })
  })

  it.each(['', '[]', '{}', 'None', '"x"'])('is not made of %j', (text) => {
    expect(() => importTemplate(stack, text)).toThrow(errorWith('SettingsRefused', 'get-bucket-policy'))
  })
})

it('the resources to import are named as the stack names them', () => {
  expect(resourcesToImport('keysweep-prod-runstore-1abc').map((one) => Object.values(one))).toEqual([
    ['AWS::S3::Bucket', 'RunStore', { BucketName: 'keysweep-prod-runstore-1abc' }],
    ['AWS::S3::BucketPolicy', 'RunStorePolicy', { Bucket: 'keysweep-prod-runstore-1abc' }],
  ])
})

it('the bucket outlives the stack, and a replacement; a first deploy that fails takes it along', () => {
  for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(imported.Resources))
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain'])
})

describe('the command', () => {
  const SCRIPT = fileURLToPath(new URL('../../scripts/import-run-store.ts', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-import-'))
  const typed = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { cwd: folder, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  /** One line, which is no stack. */
  const line = (...facts: string[]) => [factsIn(...facts), expect.stringMatching(/^[^\n]+\n$/)]
  const USAGE = line('npm run -s import-run-store -- <bucket> <policy file>')

  it.each([[[]], [['bucket']], [['bucket', 'policy.json', 'more']], [['--help', 'policy.json']]])(
    'called with %j says how it is called, in one line',
    (args) => {
      const { status, stdout, stderr } = typed(...args)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      for (const one of USAGE) expect(stderr).toEqual(one)
    },
  )

  it('names the file that it cannot read, and what to do', () => {
    const unpackaged = typed('bucket', 'policy.json')
    for (const one of line('.serverless/', 'npm run package')) expect(unpackaged.stderr).toEqual(one)
    mkdirSync(join(folder, '.serverless'))
    writeFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), JSON.stringify(stack))
    const unread = typed('bucket', 'policy.json')
    for (const one of line('policy.json', 'get-bucket-policy')) expect(unread.stderr).toEqual(one)
    writeFileSync(join(folder, 'policy.json'), 'None')
    const odd = typed('bucket', 'policy.json')
    for (const one of line('get-bucket-policy')) expect(odd.stderr).toEqual(one)
    expect([unpackaged.status, unread.status, odd.status]).toEqual([1, 1, 1])
  })

  it('writes both files for a bucket and its policy', () => {
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(POLICY))
    expect(typed('bucket', 'policy.json')).toMatchObject({ status: 0, stderr: '' })
    const written = (name: string) => JSON.parse(readFileSync(join(folder, '.serverless', name), 'utf8'))
    expect(written('import-template.json')).toEqual(imported)
    expect(written('resources-to-import.json')).toEqual(resourcesToImport('bucket'))
  })
})
