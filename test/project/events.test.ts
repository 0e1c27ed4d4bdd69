// docs/events.md and docs/events/ agree with the events that a run sends: examples, schemas, and the rules to copy.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { DETAILS, type EventType, SOURCE } from '../../core/notify/event-schemas.ts'
import { eventsOf, organizationEventsOf } from '../../core/notify/events.ts'
import { makeOrganizationRecord } from '../../core/run/organization/record.ts'
import { schemaFile, schemaOf, schemaText } from '../../scripts/event-schemas.ts'
import { ruleMatches, transformed } from '../support/event-rule.ts'
import { organizationParts } from '../support/organization.ts'
import { BACK, FAILED, recordedKey, recordOf, refusedRecord, SOON, TAKEN } from '../support/records.ts'

const DOC = readFileSync('docs/events.md', 'utf8')
const TYPES = Object.keys(DETAILS) as EventType[]

const sectionOf = (title: string) => DOC.split(/^##+ /m).find((section) => section.startsWith(`${title}\n`)) ?? ''
const blocksIn = (section: string, language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '')

/** An event as EventBridge hands it to a rule. */
const onTheBus = (record: ReturnType<typeof recordOf>) =>
  eventsOf(record).map(({ type, detail }) => ({
    source: SOURCE,
    'detail-type': type as string,
    account: '444455556666',
    detail,
  }))

it('every event has its section and its schema, and there is no other', () => {
  const [, programs = ''] = /^## Events for programs\n(.*?)^## /ms.exec(DOC) ?? []
  expect([...programs.matchAll(/^### (.+)$/gm)].map((match) => match[1])).toEqual(TYPES)
  expect(globSync('docs/events/*.json').toSorted()).toEqual(TYPES.map(schemaFile).toSorted())
})

describe.each(TYPES)('the section "%s"', (type) => {
  const [example = ''] = blocksIn(sectionOf(type), 'json')

  it('links to its schema, which is the one that the code uses: if not, `npm run schemas` writes it again', () => {
    expect(sectionOf(type)).toContain(`](${schemaFile(type).replace('docs/', '')})`)
    expect(readFileSync(schemaFile(type), 'utf8')).toBe(schemaText(type))
  })
  it('shows an event with every field, and with none that is not sent', () => {
    const { source, 'detail-type': detailType, detail } = JSON.parse(example)
    expect({ source, detailType }).toEqual({ source: SOURCE, detailType: type })
    expect(DETAILS[type].strict().parse(detail)).toEqual(detail)
  })
  it('names each field of an event in its schema, as one that is always there', () => {
    const record = recordOf({ keys: [TAKEN, BACK, SOON] })
    const organization = makeOrganizationRecord(organizationParts([]))
    const sent =
      [...eventsOf(record), ...organizationEventsOf(organization)].find((event) => event.type === type)?.detail ?? {}
    expect(Object.keys(sent).sort()).toEqual([...(schemaOf(type).required as string[])].sort())
  })
})

/** CloudFormation's short forms, which these tests do not look into. */
const customTags = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({ tag, resolve: (value: string) => value }))

interface Rule {
  EventPattern: Record<string, unknown>
  Targets: { InputTransformer: { InputPathsMap: Record<string, string>; InputTemplate: string } }[]
}

const resourceOf = (file: string, name: string) =>
  parse(readFileSync(file, 'utf8'), { customTags }).Resources[name].Properties

const ruleOf = (file: string, name: string): Rule => resourceOf(file, name)

it.each([
  ['docs/events/slack.yml', 'SlackRole'],
  ['docs/events/ticket.yml', 'TicketRole'],
  ['docs/events/jira.yml', 'JiraRole'],
])('%s has a role that EventBridge assumes for this account alone', (title, name) => {
  expect(resourceOf(title, name).AssumeRolePolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
    },
  ])
})

describe('the rule for Slack', () => {
  const rule = ruleOf('docs/events/slack.yml', 'SlackRule')
  const told = (record: ReturnType<typeof recordOf>) =>
    onTheBus(record)
      .filter((event) => ruleMatches(rule.EventPattern, event))
      .map((event) => JSON.parse(transformed(rule.Targets[0]?.InputTransformer, event)))

  it('tells of a run that deactivated a key, in one message', () => {
    expect(told(recordOf())).toEqual([
      {
        text: 'keysweep in 444455556666: deactivated. Keys deactivated: 1, reactivated: 0, failed: 0, stale soon: 1. Run run-1',
      },
    ])
  })
  it.each([
    ['brought a key back', recordOf({ status: 'reactivated', keys: [BACK] }), 1],
    ['left a key in doubt', recordOf({ status: 'some keys failed', keys: [FAILED] }), 1],
    ['was refused', refusedRecord(), 1],
    ['only planned', recordOf({ mode: 'plan', status: 'planned', keys: [recordedKey()] }), 0],
    ['had nothing to do', recordOf({ status: 'nothing to do', keys: [SOON] }), 0],
  ])('of a run that %s: %#', (_, record, messages) => {
    expect(told(record)).toHaveLength(messages)
  })
})

describe('the rule for a ticket', () => {
  const rule = ruleOf('docs/events/ticket.yml', 'TicketRule')
  const tickets = (owner: string | null) =>
    onTheBus(recordOf({ keys: [TAKEN, { ...SOON, owner }] })).filter((event) => ruleMatches(rule.EventPattern, event))

  it('opens one for a key that is stale soon, and for nothing else', () => {
    expect(tickets('ann').map((event) => event['detail-type'])).toEqual(['Key Will Become Stale'])
    expect(tickets(null)).toEqual([])
  })
  it('is JSON, with the owner, and with the id of the event to drop repeats by', () => {
    const [event] = tickets('ann')
    const ticket = JSON.parse(transformed(rule.Targets[0]?.InputTransformer, event))
    expect(ticket).toMatchObject({
      title: `Access key ${SOON.accessKeyId} of bot will be stale on ${SOON.staleOn}`,
      description: expect.stringContaining('Owner: ann.'),
      operationalData: { owner: { value: 'ann' } },
    })
    expect(JSON.parse(ticket.operationalData['/aws/dedup'].value)).toEqual({ dedupString: event?.detail.id })
  })
})

describe('the rule for Jira', () => {
  const rule = ruleOf('docs/events/jira.yml', 'JiraRule')
  const issues = (record: ReturnType<typeof recordOf>) =>
    onTheBus(record).filter((event) => ruleMatches(rule.EventPattern, event))

  it('opens one for a key that was deactivated and has an owner, and for nothing else', () => {
    const keys = [{ ...TAKEN, owner: 'ann' }, SOON, BACK]
    expect(issues(recordOf({ keys })).map((event) => event['detail-type'])).toEqual(['Key Deactivated'])
    expect(issues(recordOf({ keys: [{ ...TAKEN, owner: null }] }))).toEqual([])
  })
  it('is what Jira Cloud takes, and a repeat can be told by its label', () => {
    const [event] = issues(recordOf({ keys: [{ ...TAKEN, owner: 'ann' }] }))
    const { fields } = JSON.parse(transformed(rule.Targets[0]?.InputTransformer, event))
    const { user, accessKeyId } = TAKEN
    expect(fields).toMatchObject({
      project: { key: '${Project}' },
      summary: `Access key ${accessKeyId} of ${user} was deactivated`,
      labels: ['keysweep', `keysweep-${event?.detail.id}`],
      description: { type: 'doc', version: 1 },
    })
    const text = JSON.stringify(fields.description)
    for (const part of ['Owner: ann.', `keysweep undo run-1 --key ${accessKeyId}`]) expect(text).toContain(part)
  })
})

describe('the archive', () => {
  const { EventPattern, RetentionDays } = resourceOf('docs/events/archive.yml', 'KeysweepArchive')

  it('keeps every event of keysweep, and no other', () => {
    const sent = onTheBus(recordOf({ keys: [TAKEN, BACK, SOON] }))
    expect(sent.every((event) => ruleMatches(EventPattern, event))).toBe(true)
    expect(ruleMatches(EventPattern, { ...sent[0], source: 'aws.s3' })).toBe(false)
  })
  it('keeps them as long as the records', () => {
    const [runs] = resourceOf('resources/run-store.yml', 'RunStore').LifecycleConfiguration.Rules
    expect(RetentionDays).toBe(runs.ExpirationInDays)
  })
})

it('each template of docs/events/ has its section', () => {
  const linked = [...DOC.matchAll(/\]\((events\/[\w-]+\.yml)\)/g)].map(([, file]) => `docs/${file}`)
  expect([...new Set(linked)].toSorted()).toEqual(globSync('docs/events/*.yml').toSorted())
})
