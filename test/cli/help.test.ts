import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { POLICY_OPTIONS } from '../../cli/options/policy.ts'
import { DEFAULT_POLICY } from '../../core/model/policy.ts'
import { inProcess, keysweep } from './command.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

describe('the help', () => {
  it.each(['', 'demo', 'run', 'apply', 'approve', 'undo', 'stop', 'show', 'explain', 'init', 'validate', 'completion'])(
    'of keysweep %s has an example, and every example is a command line that parses',
    async (name) => {
      const { code, stdout, stderr } = await inProcess([...(name ? [name] : []), '--help'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const examples = stdout.slice(stdout.indexOf('Examples:')).match(/^ {2}keysweep .*$/gm) ?? []
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) {
        const args = example.trim().split(' > ')[0]?.split(' ').slice(1) ?? []
        expect(await inProcess([...args, '--help'])).toMatchObject({ code: 0 })
        const options = args.filter((arg) => arg.startsWith('--'))
        for (const option of options) expect(stdout).toContain(`  ${option} `)
      }
    },
  )

  it('of run has an option for each field of the policy', async () => {
    expect(POLICY_OPTIONS.map(({ field }) => field).toSorted()).toEqual(Object.keys(DEFAULT_POLICY).toSorted())
    const { stdout } = await inProcess(['run', '--help'])
    for (const { flag } of POLICY_OPTIONS) expect(stdout).toContain(`  ${flag} <`)
  })

  it('names every command', async () => {
    const { stdout } = await inProcess(['--help'])
    expect(stdout.match(/^ {2}(demo|run|apply|approve|undo|stop|show|explain|init|validate) /gm)).toHaveLength(10)
  })

  it('of the command help and of every command is ours, not the default of commander', async () => {
    const { stdout } = await inProcess(['help'])
    expect(stdout).toContain('help [command]')
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[| <| {2})/gm)].map(([, name = '']) => name)
    expect(commands.length).toBeGreaterThan(10)
    const helps = await Promise.all(commands.map((name) => inProcess(['help', name])))
    for (const help of [stdout, ...helps.map((one) => one.stdout)])
      expect(help).not.toMatch(/display help|output the version/)
  })

  it('is what a command line without a command gets, as an error', async () => {
    const { code, stdout, stderr } = await inProcess([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: keysweep')
  })

  it('is pointed to when a command is misspelt', async () => {
    expect(await inProcess(['rnu'])).toEqual({
      code: 2,
      stdout: '',
      stderr: "keysweep: unknown command 'rnu' (Did you mean run?) (try --help)\n",
    })
  })
})

describe('the process', () => {
  it('prints its version', async () => {
    expect(await keysweep(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('prints one line and no stack for what was to be expected', async () => {
    const { code, stderr } = await keysweep(['run'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^keysweep: [^\n]*\n$/)
  })
})
