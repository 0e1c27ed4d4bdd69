// The commands that people are told to type. Nobody has reserved the name "keysweep" on a registry. npx would download
// any code that somebody publishes under it, and run it with the approver's credentials.
import { globSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { askPort } from '../../functions/lambda/ask-port.ts'
import { outcomePort } from '../../functions/lambda/outcome-port.ts'
import { whereTyped } from '../../functions/lambda/typed-command.ts'
import { ROOMS } from '../../scripts/rooms.ts'
import { functions, parameters } from './stack.ts'

const API = 'https://api1.execute-api.eu-west-1.amazonaws.com'
const DEPLOYED = { KEYSWEEP_TOPIC: 'arn:aws:sns:eu-west-1:111122223333:keysweep-prod', KEYSWEEP_API: API }

it('a message asks for what works in a clone of keysweep, and says so', () => {
  expect(askPort(DEPLOYED).answerCommand('run-1')).toBe(`npm run -s keysweep -- approve run-1 --api ${API}`)
  expect(outcomePort(DEPLOYED).showCommand('run-1', 's3://runs')).toBe(
    'npm run -s keysweep -- show run-1 --store s3://runs',
  )
  expect(whereTyped(DEPLOYED)).toMatch(/^, .*\bclone\b/)
})

it('a company may name a command of its own', () => {
  const env = { ...DEPLOYED, KEYSWEEP_COMMAND: 'sweep' }
  expect(askPort(env).answerCommand('run-1')).toBe(`sweep approve run-1 --api ${API}`)
  expect(outcomePort(env).showCommand('run-1', 's3://runs')).toBe('sweep show run-1 --store s3://runs')
  expect(whereTyped(env)).toBe('')
})

it('the command is a parameter of the deploy, which reaches both who ask and who tell', () => {
  expect(parameters.command).toBe('npm run -s keysweep --')
  for (const name of ['AskForApproval', 'WriteRecord'])
    expect(functions[name]?.environment?.KEYSWEEP_COMMAND).toBe('npm run -s keysweep --')
})

it('nothing that people read or are sent tells npx to look for keysweep in a registry', () => {
  const said = globSync([
    `{${Object.keys(ROOMS).join()}}/**/*`,
    '{docs,resources,statemachine}/**/*',
    '*.{md,yml}',
  ]).filter((file) => /\.(ts|sh|md|yml|json)$/.test(file))
  expect(said.length).toBeGreaterThan(100)
  const looking = /\b(npx|npm exec|bunx|pnpx|dlx)\s+(?!--no-install)(-\S+\s+)*keysweep\b/
  expect(said.filter((file) => looking.test(readFileSync(file, 'utf8')))).toEqual([])
})
