// The parameters and settings of one stage, in files of its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { checkStageFiles, settingsFileOf } from '../../scripts/stage-files.ts'
import { errorWith } from '../support/error-facts.ts'
import { newFolder } from '../support/folders.ts'
import { parameters } from './stack.ts'

const KNOWN = ['schedule', 'timeZone']

function projectWith(files: Record<string, string>): string {
  const folder = newFolder()
  mkdirSync(path.join(folder, 'stages'))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, 'stages', name), text)
  return folder
}
const checked =
  (files: Record<string, string>, given: string[] = []) =>
  () =>
    checkStageFiles(projectWith(files), 'prod', KNOWN, given)

describe('the settings of a stage', () => {
  it('are in its own file, or else in the one for every stage', () => {
    const folder = projectWith({ 'prod.keysweep.yml': 'mode: apply' })
    expect(settingsFileOf(folder, 'prod', 'keysweep.yml')).toBe('stages/prod.keysweep.yml')
    expect(settingsFileOf(folder, 'try', 'keysweep.yml')).toBe('keysweep.yml')
    expect(settingsFileOf(newFolder(), 'prod', 'keysweep.yml')).toBe('keysweep.yml')
  })
})

describe('the files of a stage', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['none', {}, []],
    ['both', { 'prod.yml': 'timeZone: Europe/Berlin\nschedule: rate(1 day)', 'prod.keysweep.yml': '' }, []],
    ['one that is empty', { 'prod.yml': '# nothing yet' }, []],
    ['those of other stages, whatever they are', { 'dev.yaml': 'x: 1', 'production.yml': 'x: 1' }, []],
    ['notes', { 'prod.md': 'why' }, []],
    ['parameters on the command line', {}, ['timeZone=Europe/Berlin', 'schedule=cron(0 6 ? * MON=1 *)']],
  ])('are taken: %s', (_, files, given) => {
    expect(checked(files, given)).not.toThrow()
  })

  it.each<[string, Record<string, string>, string[], string[]]>([
    [
      'with another ending',
      { 'prod.keysweep.yaml': '' },
      [],
      ['stages/prod.keysweep.yaml', 'stages/prod.keysweep.yml'],
    ],
    ['in other letters', { 'Prod.yml': '' }, [], ['stages/Prod.yml', 'stages/prod.yml']],
    ['with another word', { 'prod.settings.yml': '' }, [], ['stages/prod.settings.yml', 'stages/prod.keysweep.yml']],
    ['an unknown parameter', { 'prod.yml': 'timezone: UTC' }, [], ['stages/prod.yml', '"timezone"', 'timeZone']],
    ['an unknown one of the command line', {}, ['timezone=UTC'], ['--param', '"timezone"', 'timeZone']],
    ['a list for a value', { 'prod.yml': 'timeZone: [UTC]' }, [], ['stages/prod.yml', 'timeZone']],
    ['a list', { 'prod.yml': '- timeZone' }, [], ['stages/prod.yml']],
    ['a word', { 'prod.yml': 'hello' }, [], ['stages/prod.yml']],
    ['what is no YAML', { 'prod.yml': 'a: [' }, [], ['stages/prod.yml']],
  ])('are refused: %s', (_, files, given, facts) => {
    expect(checked(files, given)).toThrow(errorWith('SettingsRefused', ...facts))
  })
})

describe('the examples', () => {
  it('are what they say', () => {
    expect(() => checkStageFiles('.', 'example', Object.keys(parameters))).not.toThrow()
    const settings = parseSettings(readFileSync('stages/example.keysweep.yml', 'utf8'))
    expect(settings).toMatchObject({ mode: 'plan', approval: 'always', policy: { exemptPaths: ['/service/'] } })
  })
})
