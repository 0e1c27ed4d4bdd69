// The account's alias over IAM's own protocol (AWS Query). Whatever goes wrong, it is only not known.
import { afterEach, describe, expect, it } from '@jest/globals'
import { readAccountAlias } from '../../../io/iam/account-alias.ts'
import { heldTimers } from '../../support/held-open.ts'
import {
  type Answering,
  CREDENTIALS,
  noAnswer,
  nothing,
  startLoopbackAws,
  webPage,
} from '../../support/loopback-aws.ts'

const xml =
  (status: number, body: string): Answering =>
  () => ({ status, body, headers: { 'content-type': 'text/xml' } })
const aliases = (...names: string[]): Answering =>
  xml(
    200,
    `<ListAccountAliasesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccountAliasesResult><IsTruncated>false</IsTruncated><AccountAliases>${names
      .map((name) => `<member>${name}</member>`)
      .join('')}</AccountAliases></ListAccountAliasesResult></ListAccountAliasesResponse>`,
  )
const error = (status: number, code: string): Answering =>
  xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>No.</Message></Error></ErrorResponse>`,
  )

async function ask(answer: Answering) {
  const { url, requests } = await startLoopbackAws(answer)
  const alias = await readAccountAlias({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS })
  return { alias, sent: requests.map(({ body }) => new URLSearchParams(body).get('Action')) }
}

describe('the alias of an account', () => {
  it.each<[string, Answering, string | null]>([
    ['that has one', aliases('acme-prod'), 'acme-prod'],
    ['that has none', aliases(), null],
    ['that may not be asked', error(403, 'AccessDenied'), null],
    ['of a service that breaks', error(500, 'ServiceFailure'), null],
    ['behind a sign-in page', webPage, null],
    ['that answers with nothing', nothing, null],
  ])('%s is asked for once', async (_, answer, alias) => {
    expect(await ask(answer)).toEqual({ alias, sent: ['ListAccountAliases'] })
  })

  it('is not waited for longer than two seconds, and it is not asked for again', async () => {
    const began = performance.now()
    expect(await ask(noAnswer)).toEqual({ alias: null, sent: ['ListAccountAliases'] })
    expect(performance.now() - began).toBeGreaterThan(1900)
  })

  it('is not known where the credentials do not come', async () => {
    const never = (() => new Promise(() => {})) as never
    expect(
      await readAccountAlias({ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials: never }),
    ).toBeNull()
  })

  it('leaves no timer behind, for which a command would wait at its end', async () => {
    await ask(aliases('acme-prod'))
    const before = process.getActiveResourcesInfo()
    for (let n = 0; n < 3; n += 1) await ask(aliases('acme-prod'))
    expect(await heldTimers(before)).toEqual([])
  })
})

describe('without options', () => {
  const before = { ...process.env }
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })

  it("it is the environment's account that is asked", async () => {
    const { url, requests } = await startLoopbackAws(aliases('acme-env'))
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_IAM: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENTENVIR',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
    expect(await readAccountAlias()).toBe('acme-env')
    expect(requests[0]?.headers.authorization).toContain('Credential=AKIAENVIRONMENTENVIR/')
  })
})
