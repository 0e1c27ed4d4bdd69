// What stands in the run store, and who may do what to it although a policy of theirs allows everything: what the bucket's
// own policy refuses.
import { KEY, RUN } from './needs.ts'
import { BUCKET } from './resolved.ts'
import { type Verdict, verdictOn } from './simulator.ts'

/** The condition of a write that makes an object and replaces none. */
export const ONCE = { 's3:if-none-match': '*' }

/** One object of every kind in the run store. */
export const EVERY_OBJECT = [
  ...['input.json', 'report.csv', 'suspects.json', 'verdicts/0.json', 'plan.json'].map((name) => `runs/${RUN}/${name}`),
  ...['events/0.json', 'decision.json', 'undo.json', 'record.json'].map((name) => `runs/${RUN}/${name}`),
  ...['intent', 'intent-2', 'refused-1', 'outcome', 'seen', 'undone'].map((name) => `keys/${KEY}/${RUN}.${name}.json`),
  ...['input', 'accounts', 'plan', 'decision', 'record'].map((name) => `orgs/${RUN}/${name}.json`),
  `tokens/runs/${RUN}/000001`,
  `tokens/orgs/${RUN}/000001`,
].map((key) => `${BUCKET}/${key}`)

/** The actions that remove an object, replace it or make it unreadable. */
export const DELETES = [
  ...['DeleteObject', 'DeleteObjectVersion', 'ReplicateObject', 'ReplicateDelete', 'ReplicateTags'],
  ...['UpdateObjectEncryption', 'ObjectOwnerOverrideToBucketOwner', 'PutObjectAcl', 'PutObjectVersionAcl'],
]

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

export const mayWithEverything = (who: string, action: string, resource: string, context = {}): Promise<Verdict> =>
  verdictOn({ who, policy: everything, action, resource, context })
