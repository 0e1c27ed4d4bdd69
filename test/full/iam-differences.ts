// Where moto's IAM breaks the contract of test/demo/iam-contract.ts, fact by fact, and who is right. docs/internals/emulators.md
// shows this list as a table.
import type { Difference } from '../demo/iam-contract.ts'
import type { BridgeName } from './iam-bridges.ts'

export interface KnownDifference extends Difference {
  fact: string
  /** What AWS does, and how that is known. */
  aws: string
  right: 'AWS' | 'not known'
  /** Why a run needs no bridge; or the bridge that mends it. */
  keysweep: string | { bridge: BridgeName }
}

/** What an assertion says of a call that was to be refused and was answered. */
const ANSWERED = /toHaveProperty[\s\S]*Received value: {"value": {[\s\S]*"httpStatusCode": 200/

export const MOTO_DIFFERENCES: KnownDifference[] = [
  {
    fact: 'a report is STARTED with a description, and INPROGRESS for a while',
    instead: 'the second call says COMPLETE',
    shows: /Expected: "INPROGRESS"\nReceived: "COMPLETE"/,
    aws: 'INPROGRESS in between (IAM API reference); COMPLETE after 2 seconds with 52 users (recorded)',
    right: 'AWS',
    keysweep: 'takes either',
  },
  {
    fact: 'within four hours IAM returns the same report, whatever has changed',
    instead: 'each call makes the report anew',
    shows: /-.*,true,.*\n[\s\S]*\+.*,false,/,
    aws: 'one report for four hours (IAM user guide)',
    right: 'AWS',
    keysweep: 'accepts both: no verdict rests on the report alone',
  },
  {
    fact: 'after four hours the report has expired, and a new one can be made',
    instead: 'a report never expires',
    shows: ANSWERED,
    aws: 'ReportExpired (IAM API reference)',
    right: 'AWS',
    keysweep: 'takes either',
  },
  {
    fact: 'a report is stamped with a time after everything that it shows',
    instead: 'every report is stamped 2015-02-02T20:02:02Z',
    shows: /Received: +1422907322000/,
    aws: 'the time of making, in GeneratedTime (recorded)',
    right: 'AWS',
    keysweep: { bridge: 'the time of making' },
  },
  {
    fact: 'the report does not end its last line',
    instead: 'a line end after the last row',
    shows: /not \/\\n\$\//,
    aws: 'no line end (recorded)',
    right: 'AWS',
    keysweep: 'takes either',
  },
  {
    fact: 'a comma in a user’s name does not break its row of the report',
    instead: 'the name is not quoted, and the row has two fields too many',
    shows: /columns length is 22, got 24/,
    aws: 'such names are legal; how the report quotes them was never seen',
    right: 'not known',
    keysweep: 'puts the name together again: the ARN repeats it',
  },
  {
    fact: 'the report shows the root user first',
    instead: 'no row for the root user',
    shows: /Expected: "<root_account>"/,
    aws: '`<root_account>` in the first row (recorded)',
    right: 'AWS',
    keysweep: { bridge: 'the root user' },
  },
  {
    fact: 'the report sorts the users without regard to case',
    instead: 'the order in which they were made',
    shows: /-\s+"bob",\n\s+"caller"/,
    aws: 'sorted (recorded)',
    right: 'AWS',
    keysweep: 'takes any order',
  },
  {
    fact: 'the report writes dates in UTC with a Z',
    instead: 'dates end in +00:00',
    shows: /\+ +"2026-01-01T00:00:00\+00:00"/,
    aws: 'Z (recorded); the user guide shows +00:00',
    right: 'AWS',
    keysweep: 'takes either',
  },
  {
    fact: 'a key that was never used, and a slot without a key, say N/A in the report',
    instead: 'region and service are not_supported, whatever was used',
    shows: /\+ +"access_key_1_last_used_region": "not_supported"/,
    aws: 'N/A (recorded)',
    right: 'AWS',
    keysweep: 'takes either: service and Region come from GetAccessKeyLastUsed',
  },
  {
    fact: 'a list of keys says that it is complete',
    instead: 'ListAccessKeys has no IsTruncated',
    shows: /- +"IsTruncated": false/,
    aws: 'IsTruncated in every answer of the IAM API reference; the service model does not require it',
    right: 'AWS',
    keysweep: 'takes either: a list without it and without a Marker is complete',
  },
  {
    fact: 'keys come in pages, each key on one page',
    instead: 'MaxItems and Marker are ignored',
    shows: /- +"IsTruncated": true/,
    aws: 'pages (IAM API reference)',
    right: 'AWS',
    keysweep: 'takes either: the demo’s endpoint answers in pages',
  },
  {
    fact: 'tags come in pages, each tag on one page',
    instead: 'MaxItems and Marker are ignored',
    shows: /- +"IsTruncated": true/,
    aws: 'pages (IAM API reference)',
    right: 'AWS',
    keysweep: 'takes either: the demo’s endpoint answers in pages',
  },
  {
    fact: 'a marker that IAM did not give is refused',
    instead: 'it is ignored',
    shows: ANSWERED,
    aws: 'not documented',
    right: 'not known',
    keysweep: 'sends only markers that it was given',
  },
  {
    fact: 'a page of no items is refused',
    instead: 'it is answered as if the parameter were missing',
    shows: ANSWERED,
    aws: 'ValidationError: MaxItems is at least 1 (service model)',
    right: 'AWS',
    keysweep: 'asks for 1,000',
  },
  {
    fact: 'an unknown status is refused',
    instead: 'any status is set',
    shows: ANSWERED,
    aws: 'ValidationError for what is not in the enum of the service model',
    right: 'AWS',
    keysweep: 'sends Inactive and Active',
  },
  {
    fact: 'a key that does not exist cannot sign',
    instead: 'moto answers any key, unless it is set to check (`permissions.full.ts` sets it)',
    shows: ANSWERED,
    aws: 'InvalidClientTokenId, 403 (STS API reference)',
    right: 'AWS',
    keysweep: 'signs every call',
  },
]

/** What is left of the list behind these bridges. */
export const differencesBehind = (bridges: BridgeName[]): KnownDifference[] =>
  MOTO_DIFFERENCES.filter(({ keysweep }) => typeof keysweep === 'string' || !bridges.includes(keysweep.bridge))

/** A list as the contract takes it. */
export const differencesByFact = (differences: KnownDifference[]): Record<string, Difference> =>
  Object.fromEntries(differences.map((difference) => [difference.fact, difference]))
