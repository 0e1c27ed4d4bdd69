// What ends up in a function's zip, and which settings it goes by.
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Metafile } from 'esbuild'
import { parseSettings } from '../../core/model/settings.ts'
import bundlePlugin, { bundleFunctions, deployedSettings, type FunctionDefinition } from '../../scripts/bundle.ts'
import type { Resources } from '../../scripts/exempt-paths.ts'
import { errorWith } from '../support/error-facts.ts'
import { functions } from './stack.ts'

const workshop = mkdtempSync(path.join(tmpdir(), 'keysweep-bundle-'))
afterAll(() => rmSync(workshop, { recursive: true }))

const newFolder = () => mkdtempSync(path.join(workshop, 'project-'))

describe('the plugin', () => {
  const project = (settings: string) => {
    const folder = newFolder()
    mkdirSync(path.join(folder, 'functions'))
    writeFileSync(path.join(folder, 'keysweep.yml'), settings)
    writeFileSync(
      path.join(folder, 'functions', 'say.ts'),
      `export const handler = async (name: string) => 'Hello ' + name`,
    )
    const say: FunctionDefinition = {
      handler: 'functions/say.handler',
      environment: { KEYSWEEP_SETTINGS: 'keysweep.yml', KEYSWEEP_MODE: 'keysweep.yml' },
    }
    const resources: Resources = { Resources: { NoPlan: { Type: 'AWS::CloudWatch::Alarm' } } }
    const again: FunctionDefinition = {
      handler: 'functions/say.handler',
      environment: { KEYSWEEP_SETTINGS: 'keysweep.yml' },
    }
    const service = { functions: { Say: say, Again: again }, provider: { stage: 'prod' }, resources }
    return { folder, say, again, resources, plugin: bundlePlugin({ serviceDir: folder, service }) }
  }

  it('makes one file that Lambda can load, and lets the function point to it', async () => {
    const { folder, say, plugin } = project('mode: apply')
    await plugin.hooks['before:package:createDeploymentArtifacts']()
    expect(say.handler).toBe('build/functions/say.handler')
    expect(say.package).toEqual({ patterns: ['build/functions/say.cjs'] })
    const { handler } = createRequire(import.meta.url)(path.join(folder, 'build/functions/say.cjs'))
    expect(await handler('you')).toBe('Hello you')
  })

  it('deploys the settings with every field, to each function that names their file', async () => {
    const { say, again, plugin } = project('mode: apply # at last')
    await plugin.hooks['before:package:createDeploymentArtifacts']()
    for (const { environment } of [say, again])
      expect(JSON.parse(environment?.KEYSWEEP_SETTINGS as string)).toEqual(parseSettings('mode: apply'))
  })

  it.each([
    ['plan', ['NoPlan']],
    ['apply', ['NoPlan']],
    ['off', []],
  ])('deploys the mode %s, and expects a plan unless it is off', async (mode, alarms) => {
    const { say, resources, plugin } = project(`mode: ${mode}`)
    await plugin.hooks['before:package:createDeploymentArtifacts']()
    expect(say.environment?.KEYSWEEP_MODE).toBe(mode)
    expect(Object.keys(resources.Resources ?? {})).toEqual(alarms)
  })

  it('packages nothing with settings that break a rule', async () => {
    const { folder, plugin } = project('policy: { unusedDays: 0 }')
    await expect(plugin.hooks['before:package:createDeploymentArtifacts']()).rejects.toMatchObject({
      name: 'SettingsRefused',
      message: expect.stringContaining('policy.unusedDays'),
    })
    expect(globSync(`${folder}/build/**`)).toEqual([])
  })
})

describe('the deployed settings', () => {
  it('mean what the file means', () => {
    const text = readFileSync('keysweep.yml', 'utf8')
    expect(parseSettings(deployedSettings(text))).toEqual(parseSettings(text))
  })

  it('are refused where Lambda has no room for them', () => {
    const exemptUsers = Array.from({ length: 200 }, (_, n) => `a-user-with-a-name-${n}`)
    expect(() => deployedSettings(JSON.stringify({ policy: { exemptUsers } }))).toThrow(
      errorWith(
        'SettingsRefused',
        3500,
        Buffer.byteLength(JSON.stringify(parseSettings(JSON.stringify({ policy: { exemptUsers } })))),
      ),
    )
  })
})

describe('the bundles', () => {
  const folder = newFolder()
  let metafile: Metafile
  beforeAll(async () => {
    metafile = await bundleFunctions(
      process.cwd(),
      Object.values(functions).map(({ handler }) => handler.replace(/handler$/, 'ts')),
      folder,
    )
  })

  it('hold nothing that only one machine needs', () => {
    const inputs = Object.keys(metafile.inputs)
    expect(inputs).toContain('functions/start-run.ts')
    const deployed = /^(functions|steps|io|core)\/|^package.json$|^node_modules\//
    const foreign = /node_modules\/(cli-|commander|fast-xml-|picocolors|string-width|@cloud-copilot)/
    expect(inputs.filter((input) => !deployed.test(input) || foreign.test(input))).toEqual([])
  })

  it.each([
    ['start-run', ['s3', 'sfn', 'sns', 'sts']],
    ['generate-report', ['iam', 's3', 'sts']],
    ['parse-report', ['iam', 's3', 'sts']],
    ['check-suspects', ['iam', 's3', 'sts']],
    ['read-key-events', ['cloudtrail', 's3', 'sts']],
    ['make-plan', ['s3']],
    ['take-stored-plan', ['s3']],
    ['ask-for-approval', ['s3', 'sns']],
    ['read-decision', ['s3']],
    ['deactivate-key', ['iam', 's3', 'sts']],
    ['note-failure', ['s3']],
    ['plan-undo', ['s3']],
    ['reactivate-key', ['iam', 's3', 'sts']],
    ['write-record', ['eventbridge', 's3', 'sfn', 'sns']],
    ['count-waiting', ['s3', 'sfn', 'sns']],
    ['decide', ['s3', 'sfn']],
  ])('hold the clients of AWS that they call, and no other: %s', (name, clients) => {
    const bundle = Object.entries(metafile.outputs).find(([file]) => file.endsWith(`/${name}.cjs`))?.[1]
    const inputs = Object.entries(bundle?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    const found = inputs.flatMap(([input]) => /\/@aws-sdk\/client-([\w-]+)\//.exec(input)?.[1] ?? [])
    expect([...new Set(found)].sort()).toEqual(clients.toSorted())
  })

  it('hold the parser of CSV where the report is read, and nowhere else', () => {
    const holders = Object.entries(metafile.outputs).filter(([, { inputs }]) =>
      Object.entries(inputs).some(([input, { bytesInOutput }]) => bytesInOutput > 0 && /\/csv-parse\//.test(input)),
    )
    expect(holders.map(([file]) => path.basename(file))).toEqual(['parse-report.cjs', 'take-stored-plan.cjs'])
  })

  it('are one for each function', () => {
    expect(Object.keys(metafile.outputs)).toHaveLength(Object.keys(functions).length)
  })

  it('load without an environment, and each has its handler', () => {
    const bundles = globSync(`${folder}/functions/*.cjs`)
    const script = `console.log(process.argv.slice(1).map((file) => typeof require(file).handler).join())`
    const env = { PATH: process.env.PATH }
    const types = execFileSync(process.execPath, ['-e', script, ...bundles], { env, encoding: 'utf8' })
    expect(types.trim().split(',')).toEqual(Object.keys(functions).map(() => 'function'))
  })

  it('come out the same, to the byte, when they are made again', async () => {
    const again = newFolder()
    await bundleFunctions(process.cwd(), ['functions/start-run.ts'], again)
    const bundle = 'functions/start-run.cjs'
    expect(readFileSync(path.join(again, bundle)).equals(readFileSync(path.join(folder, bundle)))).toBe(true)
  })
})
