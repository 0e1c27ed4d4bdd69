// moto's IAM as the contract wants a target: its users made, its clock moved.
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import type { SeededUser, Target } from '../demo/iam-contract.ts'
import { MOTO_ACCOUNT, type MotoWithClock } from './moto-server.ts'

const AT = new Date('2026-09-11T12:00:00.500Z')
const CREATED = new Date('2026-01-01T00:00:00Z')

/** Whoever makes the account; no key of it, so that none of its keys is used by the making. */
export const MAKER = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'is not checked' }

/** Empties `moto` and fills it. The server itself goes on when the target stops: it takes a second to start. */
export async function motoTarget(moto: MotoWithClock, users: SeededUser[]): Promise<Target> {
  await reset(moto.url)
  await moto.setClock(CREATED)
  const keys = new Map<string, { id: string; secret: string }[]>()
  const iam = new IAMClient({ endpoint: moto.url, region: 'us-east-1', credentials: MAKER })
  for (const user of users) keys.set(user.name, await makeUser(iam, user))
  iam.destroy()
  let milliseconds = AT.getTime()
  await moto.setClock(AT)
  const caller = keys.get('caller')?.[0]
  return {
    url: moto.url,
    account: MOTO_ACCOUNT,
    credentials: { accessKeyId: caller?.id ?? '', secretAccessKey: caller?.secret ?? '' },
    keyIds: (user) => keys.get(user)?.map((key) => key.id) ?? [],
    pass: (more) => {
      milliseconds += more
      return moto.setClock(new Date(milliseconds))
    },
    stop: async () => {},
  }
}

export async function reset(url: string): Promise<void> {
  const answer = await fetch(`${url}/moto-api/reset`, { method: 'POST' })
  if (!answer.ok) throw new Error(`Cannot empty moto: expected 200, received ${answer.status}`)
}

async function makeUser(iam: IAMClient, { name, path, tags, keys }: SeededUser) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  await iam.send(new CreateUserCommand({ UserName: name, Path: path, ...(Tags.length > 0 && { Tags }) }))
  const made: { id: string; secret: string }[] = []
  for (const Status of keys) {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
    const id = AccessKey?.AccessKeyId ?? ''
    if (Status === 'Inactive') await iam.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: id, Status }))
    made.push({ id, secret: AccessKey?.SecretAccessKey ?? '' })
  }
  return made
}
