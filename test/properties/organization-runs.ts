// What must hold of every organization run: every account has exactly one end and it is true; and no key is changed but an idle
// one of the decided plan, in an account whose session was opened for that key's user.
import fc from 'fast-check'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import { organizationDocuments, read, readOrganizationPlan } from '../../steps/run-documents.ts'
import { accountId, drawnOrganization, keyId, openScene, type Write } from './organization-scenes.ts'
import type { Cases } from './seeds.ts'

type Drawn = typeof drawnOrganization extends fc.Arbitrary<infer T> ? T : never

export interface TriedOrganizations {
  writes: number
  undone: number
  ends: Record<string, number>
}

export async function tryOrganizations(cases: Cases): Promise<TriedOrganizations> {
  const tried: TriedOrganizations = { writes: 0, undone: 0, ends: {} }
  const property = fc.asyncProperty(drawnOrganization, async (drawn) => {
    const scene = openScene(drawn)
    await scene.run('org-1')
    const record = await read(scene.store, organizationDocuments.record('org-1'))
    if (record === null) {
      if (drawn.accounts.every(({ isExcepted, isSuspended }) => isExcepted || isSuspended)) return
      throw new Error('no record')
    }
    const changed = [...scene.writes]
    const { plan = null } = (await readOrganizationPlan(scene.store, 'org-1')) ?? {}
    const complaints = [...complaintsOfEnds(drawn, record, changed), ...complaintsOfWrites(drawn, changed, plan?.next)]
    await scene.run('org-2', { undo: { run: 'org-1' } })
    complaints.push(...complaintsOfUndo(drawn, scene.writes, changed))
    for (const { end } of record.accounts) tried.ends[end] = (tried.ends[end] ?? 0) + 1
    tried.writes += changed.length
    tried.undone += scene.writes.length - changed.length
    if (complaints.length > 0) throw new Error(complaints.join('\n'))
  })
  await fc.assert(property, cases)
  return tried
}

/** Whether the roles let a session in until the end. */
const isReachable = ({ role }: Drawn['accounts'][number]) => role === 'there' || role === 'removed'

function complaintsOfEnds({ accounts, approval }: Drawn, record: OrganizationRecord, writes: Write[]): string[] {
  const complaints: string[] = []
  if (record.error !== null && record.accounts.length === 0)
    return writes.length > 0 ? ['changes without accounts'] : []
  for (const [at, drawn] of accounts.entries()) {
    const id = accountId(at)
    const lines = record.accounts.filter(({ account }) => account === id)
    const [line] = lines
    const complain = (why: string) =>
      complaints.push(`account ${id} ends ${lines.map(({ end }) => end).join()}: ${why}`)
    if (line === undefined || lines.length > 1) {
      complain('must have one end')
      continue
    }
    const { end } = line
    const ofAccount = writes.filter(({ account }) => account === id)
    if (ofAccount.length !== line.deactivated)
      complain(`${ofAccount.length} keys changed, ${line.deactivated} recorded`)
    if (ofAccount.length > 0 && end !== 'changed' && end !== 'failed') complain('keys were changed')
    if (end === 'changed' && ofAccount.length === 0) complain('no key was changed')
    if ((end === 'excluded') !== drawn.isExcepted) complain('excluded or not')
    if (end === 'not active' && !drawn.isSuspended) complain('it works')
    if ((end === 'unreachable' || end === 'new') && drawn.role === 'there') complain('its role is there')
    if (
      !['excluded', 'not active'].includes(end) &&
      !isReachable(drawn) &&
      !['unreachable', 'new', 'failed'].includes(end)
    )
      complain('nobody could see it')
    if (end === 'failed' && drawn.role === 'there' && approval !== 'never') complain('nothing was in its way')
    if (end === 'busy' && !drawn.isBusy) complain('no other run was there')
    if (end === 'left out' && !drawn.isLeftOut) complain('nobody left it out')
  }
  return complaints
}

function complaintsOfWrites({ accounts, mode, answer }: Drawn, writes: Write[], next: string | undefined): string[] {
  const complaints: string[] = []
  if (writes.length > 0 && (mode !== 'apply' || (next !== 'change' && !(next === 'approval' && answer === 'approve'))))
    complaints.push(`${writes.length} keys changed in mode ${mode}, next ${next}, answer ${answer}`)
  if (new Set(writes.map(({ accessKeyId }) => accessKeyId)).size !== writes.length)
    complaints.push('a key changed twice')
  for (const { account, accessKeyId, to, runId } of writes) {
    const at = accounts.findIndex((_, index) => accountId(index) === account)
    const drawn = accounts[at]
    const user = drawn?.users.findIndex((_, index) => keyId(account, index) === accessKeyId) ?? -1
    const complain = (why: string) => complaints.push(`key ${accessKeyId} of ${account} to ${to} by ${runId}: ${why}`)
    if (drawn === undefined || user < 0) complain('it is of no such account')
    else {
      const isSpared = next === 'approval' && (drawn.isLeftOut || (drawn.leavesOutFirstKey && user === 0))
      if (to !== 'Inactive' || runId !== `org-1-change-${account}`) complain('by no run that may')
      if ((drawn.users[user] ?? 0) < 90) complain(`used ${drawn.users[user]} days before`)
      if (drawn.isUsedMeanwhile && user === 0) complain('used since the plan')
      if (isSpared) complain('it was left out')
      if (drawn.isExcepted || drawn.isSuspended || drawn.isBusy || drawn.role !== 'there') complain('not its account')
    }
  }
  return complaints
}

/** The undo reactivates exactly what the run deactivated. */
function complaintsOfUndo(_: Drawn, all: Write[], changed: Write[]): string[] {
  const undone = all.slice(changed.length)
  const ids = (writes: Write[]) => writes.map(({ account, accessKeyId }) => `${account} ${accessKeyId}`).sort()
  const wrong = undone.filter(({ to, runId, account }) => to !== 'Active' || runId !== `org-2-undo-${account}`)
  const complaints = wrong.map(({ accessKeyId, to, runId }) => `undo: ${accessKeyId} to ${to} by ${runId}`)
  if (ids(undone).join() !== ids(changed).join()) complaints.push(`undone ${ids(undone)}, changed ${ids(changed)}`)
  return complaints
}
