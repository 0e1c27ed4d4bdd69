// A run with a fault of ours: it has no record, but it must not go on after it has given the lock back.
import { join } from 'node:path'
import { it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId } from '../../demo/account.ts'
import { openStore } from '../../io/store/open-store.ts'
import { follow } from '../../local/follow-run.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { accountOf, awsWith, newDirectory } from '../cli/command.ts'
import { expectAtRest, failAtFirstKey } from './fault-of-ours.ts'

const OPERATOR = { accessKeyId: accessKeyId('operator'), secretAccessKey: 'is not checked' }
const nothing = () => {}

it('when it rejects, every function that it called has returned', async () => {
  const { endpoint } = await awsWith(accountOf({ idle: 200, later: 300, last: 400 }))
  endpoint.fault({ action: 'UpdateAccessKey', nth: 2, kind: 'slow', milliseconds: 700 })
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR }
  const folder = join(newDirectory(), 'store')
  const settings = parseSettings('mode: apply\napproval: never\npolicy: { maxPercent: 100 }\n')
  const store = openStore(folder)
  const run = follow({
    ports: makePorts({ store, settings, caller: await whoCalls(access), access }),
    runId: 'run-1',
    env: {},
    answerCommand: () => '',
    progress: { show: failAtFirstKey, print: nothing, close: nothing, suspectChecked: nothing },
  })
  await expectAtRest(run, folder, endpoint)
})
