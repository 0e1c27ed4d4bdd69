import { afterAll, beforeAll } from '@jest/globals'
import { iamContract, type SeededUser, type Target } from '../demo/iam-contract.ts'
import { allBridges, bridgeTo } from './bridged-moto.ts'
import { differencesBehind, differencesByFact } from './iam-differences.ts'
import { motoTarget } from './iam-target.ts'
import { type MotoWithClock, startMotoWithClock } from './moto-server.ts'

let moto: MotoWithClock
beforeAll(async () => {
  moto = await startMotoWithClock(new Date('2026-01-01T00:00:00Z'))
})
afterAll(() => moto.stop())

iamContract('moto', (users) => motoTarget(moto, users), differencesByFact(differencesBehind([])))
iamContract('moto behind the bridges', bridgedTarget, differencesByFact(differencesBehind(allBridges())))

async function bridgedTarget(users: SeededUser[]): Promise<Target> {
  const { url, stop } = await bridgeTo(moto.url, allBridges(), moto.now)
  return { ...(await motoTarget(moto, users)), url, stop }
}
