// The users of the made-up account with a key that is stale or soon will be, with unusedDays 90 and warnDays 14.
import { email, type MadeUpUser, owner } from './made-up-user.ts'

/** In use, and stale within the next days if they are not used. */
export const SOON: readonly MadeUpUser[] = [
  {
    name: 'emil.andersen',
    path: '/people/',
    keys: [{ created: 290, used: [80, 'lambda', 'eu-north-1'] }],
    tags: email('emil.andersen'),
  },
  {
    name: 'invoice-mailer',
    path: '/service/',
    keys: [{ created: 365, used: [88, 'ses', 'eu-west-1'] }],
    tags: owner('finance'),
  },
  { name: 'kafka-connect-canary', path: '/service/', keys: [{ created: 78 }], tags: owner('data') },
]

/** Stale: unused, or never used; some with another key that stays. */
export const STALE: readonly MadeUpUser[] = [
  {
    name: 'anna.lindqvist',
    path: '/people/',
    // the second is not active
    keys: [
      { created: 210, used: [120, 's3', 'eu-north-1'] },
      { created: 600, used: [250, 's3', 'eu-north-1'], status: 'Inactive' },
    ],
    tags: email('anna.lindqvist'),
  },
  {
    name: 'summer-intern-portal',
    path: '/engineering/',
    keys: [{ created: 160, used: [99, 'dynamodb', 'us-east-1'] }],
    tags: email('mentors'),
    exemptUntil: [-20, 'The portal closes when the interns leave'],
  },
  {
    name: 'jonas.weber',
    path: '/people/',
    keys: [{ created: 320, used: [97, 'cloudformation', 'eu-central-1'] }],
    tags: email('jonas.weber'),
    signedIn: 4,
  },
  {
    name: 'priya.natarajan',
    path: '/people/',
    keys: [{ created: 505, used: [143, 'glue', 'ap-south-1'] }],
    tags: email('priya.natarajan'),
  },
  {
    name: 'jenkins-old',
    path: '/ci/',
    keys: [{ created: 1290, used: [412, 'ec2', 'us-east-1'] }],
    tags: owner('platform'),
  },
  {
    name: 'metrics-shipper-v1',
    path: '/service/',
    keys: [{ created: 880, used: [230, 'monitoring', 'eu-west-1'] }],
    tags: owner('observability'),
  },
  {
    name: 'garcia,lucia',
    path: '/people/',
    keys: [{ created: 470, used: [188, 's3', 'eu-south-2'] }],
    tags: email('lucia.garcia'),
  },
  { name: 'deploy+eu=prod@ci', path: '/ci/', keys: [{ created: 301 }], tags: owner('platform') },
  { name: 'hannah.schmidt', path: '/people/', keys: [{ created: 160 }], tags: email('hannah.schmidt') },
  { name: 'lambda-layer-publisher', path: '/ci/', keys: [{ created: 95 }] },
  // two keys created in the same second, one of them used: slot and date do not show which
  {
    name: 'mobile-build',
    path: '/ci/',
    keys: [{ created: 300, used: [2, 's3', 'us-west-2'] }, { created: 300 }],
    tags: owner('mobile'),
  },
  // an old key and a new one: only the old one is deactivated
  {
    name: 'sara.holm',
    path: '/people/',
    keys: [
      { created: 380, used: [200, 'athena', 'eu-north-1'] },
      { created: 12, used: [1, 'athena', 'eu-north-1'] },
    ],
    tags: email('sara.holm'),
  },
  // the older key is in use, and is in slot 2
  {
    name: 'log-archiver',
    path: '/service/',
    keys: [{ created: 500, used: [1, 's3', 'eu-west-1'] }, { created: 250 }],
    tags: owner('platform'),
  },
  // throttled, used again, and deleted during the run (see surprises.ts)
  {
    name: 'tomasz.nowak',
    path: '/people/',
    keys: [{ created: 260, used: [104, 'ecr', 'eu-central-1'] }],
    tags: email('tomasz.nowak'),
  },
  {
    name: 'nightly-etl',
    path: '/service/',
    keys: [{ created: 640, used: [121, 'redshift', 'eu-west-1'] }],
    tags: owner('data'),
  },
  {
    name: 'olga.petrova',
    path: '/people/',
    keys: [{ created: 430, used: [133, 's3', 'eu-central-1'] }],
    tags: email('olga.petrova'),
  },
]
