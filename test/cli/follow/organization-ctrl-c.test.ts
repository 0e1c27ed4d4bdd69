// Ctrl-C while AWS Organizations does not answer, before an organization run has begun.
import { existsSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { factsIn } from '../../support/error-facts.ts'
import { inBackground, newDirectory, storeIn } from '../command.ts'
import { IDS, organizationAws } from '../organization.ts'

it('ends the command at once, with one line, and nothing is stored', async () => {
  const { env, endpoint } = await organizationAws(['hub', 'shop'])
  const asked = Promise.withResolvers<void>()
  const isAsked = () => {
    asked.resolve()
    return true
  }
  endpoint.fault({ action: 'DescribeOrganization', kind: 'hang', match: isAsked })
  const cwd = newDirectory()
  const run = inBackground(['run', '--organization'], { env, cwd })
  await asked.promise
  run.kill('SIGINT')
  const { code, stdout, stderr } = await run.ended
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
  expect(stderr.trim()).toEqual(factsIn('Interrupted'))
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(existsSync(storeIn(cwd, IDS.hub))).toBe(false)
})
