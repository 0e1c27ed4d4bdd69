// The users of the accounts of the made-up organization. Who they are and how old their keys are depends only on the
// account's name, so that every demo finds the same stale keys.
import { createHash } from 'node:crypto'
import { email, type MadeUpKey, type MadeUpUser, owner } from './made-up-user.ts'

/** What kind of users an account has most of. */
export type Crowd = 'people' | 'services' | 'pipelines'

export interface MadeUpMembers {
  /** The account's name. */
  account: string
  users: number
  /** Active keys that are stale with unusedDays 90. */
  stale: number
  mostly: Crowd
}

const NAMES: Record<Crowd, readonly string[]> = {
  people: [
    'adele.fournier amir.hosseini anjali.rao beatriz.santos bjorn.dahl carmen.ortega chen.wei clara.neumann',
    'dara.murphy david.cohen diego.morales ebba.nyberg eleni.papadaki emeka.eze fatima.zahra felix.brandt',
    'giulia.ferrari hiro.tanaka ingrid.berg ivan.horvat jean.dupuis julia.novak kofi.mensah lars.nilsson',
    'leila.karimi lucas.pereira maria.silva mei.lin mikko.virtanen nadia.petrenko noah.fischer nora.quinn',
    'omar.farouk paula.vidal rafael.costa rosa.jimenez samir.patel sofia.rossi tariq.aziz yuki.sato',
  ].flatMap((line) => line.split(' ')),
  services: [
    'alerts-relay audit-export backup-writer batch-loader cache-warmer catalog-sync cdn-invalidator claims-feed',
    'cost-report crm-export customer-feed dashboards-reader dead-letter-replay dns-updater events-archiver',
    'feature-flags-sync file-gateway geo-lookup invoice-archive kinesis-tap ledger-export loyalty-sync mail-bounces',
    'metrics-push orders-feed partner-sftp pdf-render price-import queue-drainer redshift-unload s3-replicator',
    'salesforce-sync settlement-report sms-sender snapshot-copy stock-import tax-report thumbnailer webhook-relay',
  ].flatMap((line) => line.split(' ')),
  pipelines: [
    'ansible-runner argocd-deploy artifact-upload bamboo-agent bitbucket-pipelines buildkite-agent circleci-deploy',
    'codefresh-push concourse-worker drone-runner github-actions gitlab-runner helm-publish jenkins-agent',
    'packer-build pulumi-apply sonar-upload teamcity-agent terraform-apply terraform-plan travis-legacy',
  ].flatMap((line) => line.split(' ')),
}

const PATHS: Record<Crowd, string> = { people: '/people/', services: '/service/', pipelines: '/ci/' }
const USES: Record<Crowd, readonly string[]> = {
  people: ['s3', 'ec2', 'cloudformation', 'athena', 'lambda'],
  services: ['s3', 'sqs', 'dynamodb', 'kinesis', 'ses'],
  pipelines: ['ecr', 's3', 'cloudformation', 'eks'],
}
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1']
const TEAMS = ['platform', 'payments', 'data', 'mobile', 'commerce']

/** The users of one account, with one or two keys each; one user of six has none. */
export function madeUpMembers({ account, users, stale, mostly }: MadeUpMembers): MadeUpUser[] {
  const draw = drawer(account)
  const crowds = Array.from({ length: users }, () => (draw(3) === 0 ? pick(draw, CROWDS) : mostly))
  const taken = new Set<string>()
  return crowds.map((crowd, index) => {
    const name = pickNew(draw, NAMES[crowd], taken)
    const keys =
      index < stale ? [staleKey(draw, crowd), ...some(draw, 3, () => usedKey(draw, crowd))] : kept(draw, crowd)
    return { name, path: PATHS[crowd], keys, tags: crowd === 'people' ? email(name) : owner(pick(draw, TEAMS)) }
  })
}

const CROWDS: readonly Crowd[] = ['people', 'services', 'pipelines']

/** A whole number below `below`. */
type Draw = (below: number) => number

/** The same numbers for the same seed. */
function drawer(seed: string): Draw {
  let count = 0
  return (below) => {
    count += 1
    return createHash('sha256').update(`${seed}/${count}`).digest().readUInt32BE() % below
  }
}

const pick = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)] as T

/** One that is not taken yet: the next in the list. */
function pickNew(draw: Draw, list: readonly string[], taken: Set<string>): string {
  const first = draw(list.length)
  const name = [...list.slice(first), ...list.slice(0, first)].find((one) => !taken.has(one)) ?? `extra-${taken.size}`
  taken.add(name)
  return name
}

/** One of so many times. */
const some = <T>(draw: Draw, times: number, make: () => T): T[] => (draw(times) === 0 ? [make()] : [])

function staleKey(draw: Draw, crowd: Crowd): MadeUpKey {
  const used = 92 + draw(700)
  const created = used + 3 + draw(900)
  return draw(4) === 0 ? { created } : { created, used: [used, pick(draw, USES[crowd]), pick(draw, REGIONS)] }
}

/** Used in the last two months. */
function usedKey(draw: Draw, crowd: Crowd): MadeUpKey {
  const used = 0.01 + draw(draw(4) === 0 ? 60 : 9)
  return { created: Math.ceil(used) + 5 + draw(500), used: [used, pick(draw, USES[crowd]), pick(draw, REGIONS)] }
}

/** No key, or keys in use; rarely an old one beside them that is Inactive already. */
function kept(draw: Draw, crowd: Crowd): MadeUpKey[] {
  if (draw(6) === 0) return []
  const second = draw(5)
  const inactive = (): MadeUpKey => ({ ...staleKey(draw, crowd), status: 'Inactive' })
  return [usedKey(draw, crowd), ...(second === 0 ? [usedKey(draw, crowd)] : []), ...(second === 1 ? [inactive()] : [])]
}
