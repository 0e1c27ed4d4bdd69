// The users of the made-up account who are not suspects: each of their keys was used in the last weeks.
import type { MadeUpKey, MadeUpUser } from './made-up-user.ts'

/** Days since a key was created and last used. */
type Ages = readonly [created: number, used: number]

/** Stale only if rotationDays is set: the first key is older than a year, and the second one replaced it. */
const ROTATION: MadeUpUser = {
  name: 'billing-sync',
  path: '/service/',
  keys: [
    { created: 400, used: [1, 's3', 'eu-west-1'] },
    { created: 60, used: [0.5, 's3', 'eu-west-1'] },
  ],
  tags: { owner: 'finance' },
}

const PEOPLE: ReadonlyArray<readonly [name: string, ...keys: Ages[]]> = [
  ['alice.moreau', [210, 3]],
  ['ben.okafor', [95, 1], [30, 2]],
  ['chiara.conti', [480, 21]],
  ['daniel.kim', [66, 0.2]],
  ['elif.yilmaz'],
  ['farid.haddad', [340, 12], [150, 5]],
  ['grace.liu', [28, 28]],
  ['henrik.olsen'],
  ['ines.carvalho', [720, 9], [44, 0.1]],
  ['jamal.brown'],
  ['katarzyna.zielinska', [130, 40]],
]

const SERVICES: ReadonlyArray<readonly [name: string, service: string, ...keys: Ages[]]> = [
  ['api-gateway-logs', 'logs', [365, 0.01]],
  ['backup-s3-prod', 's3', [510, 0.4], [140, 0.4]],
  ['billing-export', 's3', [190, 14]],
  ['cdn-purger', 'cloudfront', [275, 2], [80, 1]],
  ['checkout-payments', 'sqs', [85, 0.01], [20, 0.01]],
  ['data-lake-writer', 's3', [610, 0.05], [310, 6]],
  ['email-renderer', 'ses', [450, 33]],
  ['fraud-scoring', 'sagemaker', [155, 0.3], [50, 0.2]],
  ['image-resizer', 's3', [230, 1]],
  ['search-indexer', 'es', [390, 0.1], [88, 0.1]],
]

const PIPELINES: ReadonlyArray<readonly [name: string, service: string, ...keys: Ages[]]> = [
  ['argocd-sync', 'eks', [205, 0.02], [74, 0.02]],
  ['buildkite-mobile', 's3', [180, 7]],
  ['github-actions-api', 'ecr', [120, 0.6], [33, 0.3]],
  ['github-actions-web', 'cloudfront', [120, 0.8]],
  ['gitlab-runner-eu', 'ec2', [560, 44], [260, 4]],
  ['terraform-prod', 'ec2', [75, 0.9], [15, 0.9]],
]

const key = (service: string, region: string, [created, used]: Ages): MadeUpKey => ({
  created,
  used: [used, service, region],
})

export const CROWD: readonly MadeUpUser[] = [
  ROTATION,
  ...PEOPLE.map(([name, ...keys]) => ({
    name,
    path: '/people/',
    keys: keys.map((ages) => key('s3', 'eu-west-1', ages)),
    tags: { email: `${name}@example.com` },
    signedIn: 3,
  })),
  ...SERVICES.map(([name, service, ...keys]) => ({
    name,
    path: '/service/',
    keys: keys.map((ages) => key(service, 'eu-west-1', ages)),
  })),
  ...PIPELINES.map(([name, service, ...keys]) => ({
    name,
    path: '/ci/',
    keys: keys.map((ages) => key(service, 'us-east-1', ages)),
    tags: { owner: 'platform' },
  })),
]
