// Every role and every object of the run store; `npm test` asks for an administrator and one role.
import { describe, expect, it } from '@jest/globals'
import { DELETES, EVERY_OBJECT, mayWithEverything, ONCE } from './run-store-objects.ts'
import { functions } from './stack.ts'

describe('the run store', () => {
  it.each(EVERY_OBJECT)('takes %s once and no second time, from any writer', async (object) => {
    for (const role of ['Administrator', ...Object.keys(functions).map((name) => `${name}Role`)])
      expect([role, await mayWithEverything(role, 's3:PutObject', object)]).toEqual([role, 'ExplicitlyDenied'])
  })

  it.each(EVERY_OBJECT)('lets nobody delete, replicate or re-encrypt %s', async (object) => {
    for (const role of ['Administrator', 'StartRunRole', 'DeactivateKeyRole', 'AskForApprovalRole'])
      for (const action of DELETES) {
        const verdict = await mayWithEverything(role, `s3:${action}`, object, ONCE)
        expect([role, action, verdict]).toEqual([role, action, 'ExplicitlyDenied'])
      }
  })
})
