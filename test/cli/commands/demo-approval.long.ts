// The demo that asks, answered from another terminal.
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { lineWith } from '../../support/error-facts.ts'
import { ASKS, inBackground, keysweep, newDirectory } from '../command.ts'

it('keysweep demo --approval waits for approve without a terminal, and continues', async () => {
  const cwd = newDirectory()
  const demo = inBackground(['demo', '--approval'], { cwd })
  const line = ASKS.exec(await demo.says(ASKS))?.[1]?.split(' ') ?? []
  const second = await keysweep(['demo'], { cwd })
  expect(second).toMatchObject({ code: 2, stdout: '' })
  expect(second.stderr).toEqual(lineWith(line[1] ?? '', join('.keysweep', 'demo')))
  expect((await keysweep([...line, '--yes'], { cwd })).code).toBe(0)
  const { code, stdout } = await demo.ended
  expect(code).toBe(0)
  expect(stdout).toMatch(/\n\d+ keys deactivated, 2 skipped\.\n/)
  expect(stdout).toContain(`Decision     approved by local:${userInfo().username} at `)
})
