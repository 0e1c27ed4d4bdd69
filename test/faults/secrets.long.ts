import { describe, expect, it } from '@jest/globals'
import { SCENES } from './scenes.ts'
import { ACTION_NAMES, complaintsWithoutSignature } from './signature-refused.ts'

describe.each(SCENES)('a run of %s whose signature is refused', (scene) => {
  it.each(ACTION_NAMES)('at %s prints no secret', async (action) => {
    expect(await complaintsWithoutSignature(scene, action)).toEqual([])
  })
})
