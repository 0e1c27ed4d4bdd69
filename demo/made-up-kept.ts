// The suspects of the made-up account who keep all or some of their keys: one for each row of the verdict table that keeps a
// key of any age. The policy must exempt `EXEMPT_PATHS`.
import { accessKeyId } from './account.ts'
import { email, type MadeUpUser, OPERATOR, owner } from './made-up-user.ts'

/** Kept at any age. */
export const KEPT: readonly MadeUpUser[] = [
  // own
  {
    name: OPERATOR,
    path: '/service/',
    keys: [
      { created: 45, used: [0.01, 'iam', 'us-east-1'] },
      { created: 500, used: [300, 'sts', 'us-east-1'] },
    ],
    tags: owner('security'),
  },
  // not active: Expired, beside a key in use
  {
    name: 'vendor-datadog',
    path: '/vendor/',
    keys: [
      { created: 400, used: [375, 'ec2', 'eu-west-1'], status: 'Expired' },
      { created: 370, used: [82, 'ec2', 'eu-west-1'] },
    ],
    tags: owner('observability'),
  },
  // the report has a value that is neither a date nor N/A: a suspect, and in use by live facts
  {
    name: 'legacy-importer',
    path: '/service/',
    keys: [{ created: 200, used: [5, 's3', 'eu-west-1'] }],
    reportSays: {
      access_key_1_last_used_date: 'not_supported',
      access_key_1_last_used_region: 'not_supported',
      access_key_1_last_used_service: 'not_supported',
    },
  },
  // unknown: the tag should exempt the user until a date, but has no date
  {
    name: 'scanner-pilot',
    path: '/service/',
    keys: [{ created: 220, used: [115, 'inspector2', 'eu-west-1'] }],
    tags: { ...owner('security'), 'keysweep-exempt-until': 'the pilot is over' },
  },
  // unknown: created in the future, beside a key in use
  {
    name: 'terraform-preview',
    path: '/ci/',
    keys: [{ created: 300, used: [85, 'ec2', 'us-west-2'] }, { created: -2 }],
  },
  // unknown: used before it was created
  { name: 'backup-mirror', path: '/service/', keys: [{ created: 100, used: [300, 's3', 'eu-central-1'] }] },
  // in use: reactivated by hand, which CloudTrail alone knows
  {
    name: 'cost-report-export',
    path: '/service/',
    keys: [{ created: 310, used: [140, 's3', 'us-east-1'], setActive: [20, 'emma.fischer'] }],
    tags: owner('finance'),
  },
  // changed since the report (see surprises.ts)
  {
    name: 'marco.rossi',
    path: '/people/',
    keys: [{ created: 410, used: [150, 's3', 'eu-south-1'] }],
    tags: email('marco.rossi'),
  },
  // exempt by name, by path, by tag, until a day, and one key of two
  { name: 'ses-smtp-user.20240304-101112', path: '/', keys: [{ created: 520 }] },
  { name: 'ses-smtp-user.newsletter', path: '/', keys: [{ created: 333 }] },
  { name: 'break-glass-1', path: '/break-glass/', keys: [{ created: 700 }], tags: owner('security') },
  {
    name: 'break-glass-2',
    path: '/break-glass/',
    keys: [{ created: 700, used: [364, 'iam', 'us-east-1'] }],
    tags: owner('security'),
  },
  {
    name: 'quarterly-audit-export',
    path: '/service/',
    keys: [{ created: 600, used: [95, 's3', 'eu-west-1'] }],
    tags: { ...owner('finance'), 'keysweep-exempt': 'Runs once a quarter: FIN-212' },
  },
  {
    name: 'datacenter-migration',
    path: '/service/',
    keys: [{ created: 240, used: [130, 's3', 'eu-west-1'] }],
    tags: owner('infrastructure'),
    exemptUntil: [60, 'The second half of the move is still to come'],
  },
  {
    name: 'partner-sftp',
    path: '/vendor/',
    keys: [
      { created: 450, used: [340, 'transfer', 'eu-west-1'] },
      { created: 330, used: [170, 'transfer', 'eu-west-1'] },
    ],
    tags: {
      ...owner('partners'),
      [`keysweep-exempt/${accessKeyId('partner-sftp/1')}`]: 'Held by the partner for the yearly failover test',
    },
  },
]
