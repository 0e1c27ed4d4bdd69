// The user agent by which CloudTrail shows whose call it was.
import { resolve } from 'node:path'
import { expect, it } from '@jest/globals'
import { agentName } from '../../../core/judge/sweeper.ts'
import { VERSION } from '../../../core/model/manifest.ts'
import { userAgentOf } from '../../../io/aws/user-agent.ts'
import { storeName } from '../../../io/store/store-name.ts'

it.each([
  ['of a run', 'run-1', [['keysweep-run', 'run-1']]],
  ['of no run', null, []],
])('names the version, the store and the run of a call %s', (_, runId, run) => {
  expect(userAgentOf('s3://bucket/sweeps', runId)).toEqual([
    ['keysweep', VERSION],
    ['keysweep-store', 's3%3A%2F%2Fbucket%2Fsweeps'],
    ...run,
  ])
})

it('names a directory by its machine and its whole path, however it is given', () => {
  const [, store] = userAgentOf('.keysweep', null)
  expect(store).toEqual(['keysweep-store', agentName(storeName(resolve('.keysweep')))])
})

it.each([
  ['a bucket', 's3://bucket/sweeps', 's3://bucket/sweeps'],
  ['a directory', '/srv/../srv/runs', 'here:/srv/runs'],
  ['a directory whose name only looks like a bucket', './s3://bucket', `here:${resolve('s3:/bucket')}`],
])('the name of a store in %s', (_, location, name) => {
  expect(storeName(location, 'here')).toBe(name)
})
