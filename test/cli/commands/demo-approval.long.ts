// The demo that asks, answered from another terminal.
import { userInfo } from 'node:os'
import { expect, it } from '@jest/globals'
import { ASKS, inBackground, keysweep, newDirectory } from '../command.ts'

it('keysweep demo --approval waits for approve where nobody can type, and goes on', async () => {
  const cwd = newDirectory()
  const demo = inBackground(['demo', '--approval'], { cwd })
  const line = ASKS.exec(await demo.says(ASKS))?.[1]?.split(' ') ?? []
  const second = await keysweep(['demo'], { cwd })
  expect(second).toMatchObject({ code: 2, stdout: '' })
  expect(second.stderr).toMatch(
    /^keysweep: Another demo is open: expected none in .keysweep.demo, received run \S+, which/,
  )
  expect((await keysweep([...line, '--yes'], { cwd })).code).toBe(0)
  const { code, stdout } = await demo.ended
  expect(code).toBe(0)
  expect(stdout).toMatch(/\n\d+ keys deactivated, 2 skipped\.\n/)
  expect(stdout).toContain(`Decision     approve by local:${userInfo().username} at `)
})
