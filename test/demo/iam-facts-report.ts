import {
  CredentialReportExpiredException,
  CredentialReportNotPresentException,
  CredentialReportNotReadyException,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { expect } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import type { Setting } from './iam-contract.ts'
import { rejection } from './rejection.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND

/** The credential report: how it comes about, and what it looks like. */
export function reportFacts({ iam, target, users, fact }: Setting): void {
  const generate = () => iam().send(new GenerateCredentialReportCommand())
  const get = () => iam().send(new GetCredentialReportCommand())
  const read = async () => {
    const { Content, GeneratedTime } = await get()
    return { csv: Buffer.from(Content ?? []).toString(), generatedAt: GeneratedTime }
  }
  const finished = async () => {
    await generate()
    await target().pass(30 * SECOND)
    return read()
  }

  fact('an account that never asked for a report has none', async () => {
    const error = await rejection(get())
    expect(error).toBeInstanceOf(CredentialReportNotPresentException)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 410 } })
  })

  fact('a report is STARTED with a description, and INPROGRESS for a while', async () => {
    const started = await generate()
    expect(started.State).toBe('STARTED')
    expect(started.Description).toEqual(expect.any(String))
    expect((await generate()).State).toBe('INPROGRESS')
    const error = await rejection(get())
    expect(error).toBeInstanceOf(CredentialReportNotReadyException)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } })
  })

  fact('a report is COMPLETE in the end, and comes as CSV with the time it was generated', async () => {
    await generate()
    await target().pass(30 * SECOND)
    expect((await generate()).State).toBe('COMPLETE')
    const report = await get()
    expect(report.ReportFormat).toBe('text/csv')
    expect(report.GeneratedTime).toBeInstanceOf(Date)
    expect(report.GeneratedTime?.getMilliseconds()).toBe(0)
  })

  fact('within four hours IAM returns the same report, whatever has changed', async () => {
    const first = await finished()
    const [AccessKeyId] = target().keyIds('garcia,lucia')
    await iam().send(new UpdateAccessKeyCommand({ UserName: 'garcia,lucia', AccessKeyId, Status: 'Inactive' }))
    await target().pass(4 * HOUR - 31 * SECOND)
    expect((await generate()).State).toBe('COMPLETE')
    expect(await read()).toEqual(first)
  })

  fact('after four hours the report has expired, and a new one can be made', async () => {
    const first = await finished()
    await target().pass(4 * HOUR)
    const error = await rejection(get())
    expect(error).toBeInstanceOf(CredentialReportExpiredException)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 410 } })
    expect((await generate()).State).toBe('STARTED')
    await target().pass(30 * SECOND)
    expect((await get()).GeneratedTime).not.toEqual(first.generatedAt)
  })

  fact('a report is stamped with a time after everything that it shows', async () => {
    const { csv, generatedAt } = await finished()
    const created = rowsOf(csv).map((row) => Date.parse(row.access_key_1_last_rotated ?? ''))
    expect(generatedAt?.getTime()).toBeGreaterThan(Math.max(...created.filter((time) => !Number.isNaN(time))))
  })

  fact('the report has 22 columns', async () => {
    const { csv } = await finished()
    expect(csv.split('\n')[0]?.split(',')).toHaveLength(22)
  })

  fact('the report has LF between its lines', async () => {
    expect((await finished()).csv).not.toContain('\r')
  })

  fact('the report does not end its last line', async () => {
    expect((await finished()).csv).not.toMatch(/\n$/)
  })

  fact('a comma in a user’s name does not break its row of the report', async () => {
    const { csv } = await finished()
    const rows: Row[] = parse(csv, { columns: true })
    expect(rows.filter((row) => row.user === 'garcia,lucia')).toHaveLength(1)
  })

  fact('the report shows the root user first', async () => {
    expect(rowsOf((await finished()).csv)[0]?.user).toBe('<root_account>')
  })

  fact('the report shows every user once', async () => {
    const shown = othersIn((await finished()).csv)
    expect(shown.toSorted()).toEqual(users.map(({ name }) => name.split(',')[0]).sort())
  })

  fact('the report sorts the users without regard to case', async () => {
    const shown = othersIn((await finished()).csv)
    expect(shown).toEqual(['bob', 'caller', 'Deploy+eu=prod@ci', 'garcia', 'Zoe'])
  })

  fact('the report writes dates in UTC with a Z', async () => {
    const values = rowsOf((await finished()).csv).flatMap((row) => Object.values(row))
    const dates = values.filter((value) => DATE.test(value))
    expect(dates.length).toBeGreaterThan(0)
    expect(dates.filter((value) => !/^[-\d]{10}T[:\d]{8}Z$/.test(value))).toEqual([])
  })

  fact('the report writes booleans in lower case', async () => {
    const values = rowsOf((await finished()).csv).flatMap((row) => Object.values(row))
    const booleans = values.filter((value) => /^(true|false)$/i.test(value))
    expect(new Set(booleans)).toEqual(new Set(['true', 'false']))
  })

  fact('the report names no access key', async () => {
    const { csv } = await finished()
    expect(users.flatMap(({ name }) => target().keyIds(name)).filter((id) => csv.includes(id))).toEqual([])
  })

  fact('an inactive key keeps its date in the report', async () => {
    const bob = rowsOf((await finished()).csv).find((row) => row.user === 'bob')
    const active = [bob?.access_key_1_active, bob?.access_key_2_active]
    expect(active.sort()).toEqual(['false', 'true'])
    expect(bob?.access_key_1_last_rotated).toMatch(DATE)
    expect(bob?.access_key_2_last_rotated).toMatch(DATE)
  })

  fact('a key that was never used, and a slot without a key, say N/A in the report', async () => {
    const rows = rowsOf((await finished()).csv)
    expect(rows.find((row) => row.user === 'Deploy+eu=prod@ci')).toMatchObject({
      access_key_1_active: 'true',
      access_key_1_last_used_date: 'N/A',
      access_key_1_last_used_region: 'N/A',
      access_key_1_last_used_service: 'N/A',
    })
    expect(rows.find((row) => row.user === 'Zoe')).toMatchObject({
      access_key_1_active: 'false',
      access_key_1_last_rotated: 'N/A',
      access_key_2_active: 'false',
      access_key_2_last_rotated: 'N/A',
    })
  })
}

type Row = Record<string, string>

const DATE = /^\d{4}-\d\d-\d\dT/

/** The names of all but the root user, as far as a first comma. */
const othersIn = (csv: string): Array<string | undefined> =>
  rowsOf(csv)
    .map((row) => row.user?.split(',')[0])
    .filter((user) => user !== '<root_account>')

/** A row with too many fields is for the one fact that is about it. */
const rowsOf = (csv: string): Row[] => parse(csv, { columns: true, relax_column_count: true })
