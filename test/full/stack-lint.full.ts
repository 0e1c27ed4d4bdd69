// The packaged template before cfn-lint and checkov. What they still say stands in docs/internals/stack-findings.md, each line with
// its reason: a finding that is not there fails, and so does a reason without a finding.
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type ImportedTemplate, importTemplate } from '../../scripts/import-run-store.ts'
import { type Packaged, packaged, type Template } from '../support/packaged.ts'
import { withDefinition } from './deployed.ts'

interface Finding {
  rule: string
  /** Of the resource that it is about. */
  type: string
}

let made: Packaged
beforeAll(async () => {
  made = await packaged()
})
afterAll(() => made.remove())

it('cfn-lint finds no error, and each of its warnings has its reason', async () => {
  // cfn-lint holds the definition to a rule for ARNs without filling in its placeholders first (E3601).
  const file = join(made.folder, 'filled.json')
  await writeFile(file, JSON.stringify(withDefinition(made.template)))
  const found = JSON.parse(await say('.venv/bin/cfn-lint', ['--format', 'json', '--template', file]))
  const findings = found.map((one: { Rule: { Id: string }; Location: { Path: string[] } }) => ({
    rule: one.Rule.Id,
    type: made.template.Resources[one.Location.Path[1] ?? '']?.Type,
  }))
  expect(distinct(findings)).toEqual(explained(/^[EWI]\d{4}$/))
})

it('checkov finds nothing that has no reason', async () => {
  const args = ['--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '--output', 'json']
  const file = join(made.folder, '.serverless/cloudformation-template-update-stack.json')
  const { results, summary } = JSON.parse(await say('.venv-checkov/bin/checkov', ['--file', file, ...args]))
  expect(summary).toMatchObject({ parsing_errors: 0, passed: expect.any(Number) })
  expect(summary.passed).toBeGreaterThan(200)
  const findings = results.failed_checks.map((one: { check_id: string; resource: string }) => ({
    rule: one.check_id,
    type: one.resource.split('.')[0],
  }))
  expect(distinct(findings)).toEqual(explained(/^CKV/))
})

it('neither finds anything in the template of member accounts', async () => {
  const file = 'resources/member-account.yml'
  const { stdout } = await promisify(execFile)('.venv/bin/cfn-lint', ['--format', 'json', '--template', file])
  expect(JSON.parse(stdout)).toEqual([])
  const args = ['--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '--output', 'json']
  const { summary } = JSON.parse(await say('.venv-checkov/bin/checkov', ['--file', file, ...args]))
  expect(summary).toMatchObject({ failed: 0, parsing_errors: 0 })
  expect(summary.passed).toBeGreaterThan(20)
})

it('cfn-lint finds nothing in the templates to copy', async () => {
  const files = globSync('docs/events/*.yml')
  expect(files.length).toBeGreaterThan(3)
  const { stdout } = await promisify(execFile)('.venv/bin/cfn-lint', ['--format', 'json', '--template', ...files])
  expect(JSON.parse(stdout)).toEqual([])
})

it('cfn-lint finds nothing in the template that takes a kept run store into a new stack', async () => {
  const file = join(made.folder, 'import.json')
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::kept/*' }],
  }
  await writeFile(
    file,
    JSON.stringify(importTemplate(made.template as unknown as ImportedTemplate, JSON.stringify(policy))),
  )
  const { stdout } = await promisify(execFile)('.venv/bin/cfn-lint', ['--format', 'json', '--template', file])
  expect(JSON.parse(stdout)).toEqual([])
})

it('both look at the template as it is: with faults put in, they find them', async () => {
  const faulty: Template = structuredClone(withDefinition(made.template))
  Object.assign(faulty.Resources.Schedule?.Properties ?? {}, { State: 'SOMETIMES' })
  delete faulty.Resources.RunStore?.Properties.PublicAccessBlockConfiguration
  const file = join(made.folder, 'faulty.json')
  await writeFile(file, JSON.stringify(faulty))
  expect(await say('.venv/bin/cfn-lint', ['--format', 'json', '--template', file])).toContain('E3030')
  const args = ['--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '--file', file]
  expect(await say('.venv-checkov/bin/checkov', args)).toContain('CKV_AWS_53')
})

/** What a tool says; that it ends with an error tells no more than that it found something. */
async function say(tool: string, args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: made.folder, LOG_LEVEL: 'ERROR' }
  const run = promisify(execFile)(tool, args, { env, maxBuffer: 64 * 1024 * 1024 })
  const { stdout, stderr } = await run.catch((error: { stdout?: string; stderr?: string }) => error)
  if (!stdout) throw new Error(`${tool} said nothing: ${stderr ?? 'is it there? run scripts/python-env.sh'}`)
  return stdout
}

/** The rows of docs/internals/stack-findings.md: | `rule` | `type of resource` | what it says | why it stays | */
function explained(rules: RegExp): Finding[] {
  const rows = readFileSync('docs/internals/stack-findings.md', 'utf8').matchAll(
    /^\| `(\w+)` \| `(AWS::[\w:]+)` \| .+ \| .+ \|$/gm,
  )
  return distinct([...rows].map(([, rule = '', type = '']) => ({ rule, type })).filter(({ rule }) => rules.test(rule)))
}

const distinct = (findings: Finding[]): Finding[] =>
  [...new Map(findings.map((one) => [`${one.rule} ${one.type}`, one])).entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, one]) => one)
