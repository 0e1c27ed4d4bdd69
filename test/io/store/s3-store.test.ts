import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreDamaged, StoreRefused, StoreUnavailable } from '../../../core/model/errors.ts'
import type { RunStore } from '../../../io/store/run-store.ts'
import { makeS3Client } from '../../../io/store/s3-client.ts'
import { makeS3Store, type S3Options } from '../../../io/store/s3-store.ts'
import { errorWith } from '../../support/error-facts.ts'
import { heldTimers } from '../../support/held-open.ts'
import {
  type Instead,
  LOOPBACK_BUCKET,
  type LoopbackS3,
  listXml,
  refuse,
  send,
  startLoopbackS3,
} from '../../support/loopback-s3.ts'
import { storeContract } from './store-contract.ts'

const SECRET = 'the-secret-access-key'
const TOKEN = 'the-session-token'

/** No test needs more: a list that is asked for without an end comes to one here. */
const MOST_REQUESTS = 100
const asS3: Instead = (_, response) => {
  const isTooMuch = s3.requests.length > MOST_REQUESTS
  if (isTooMuch) refuse(response, 403, 'AccessDenied', `More than ${MOST_REQUESTS} requests`)
  return isTooMuch
}

let s3: LoopbackS3
beforeAll(async () => {
  s3 = await startLoopbackS3({ pageKeys: 20 })
  s3.instead = asS3
})
afterAll(() => s3.stop())
afterEach(() => {
  s3.instead = asS3
  s3.requests.length = 0
  s3.objects.clear()
})

let stores = 0

/** A store under a prefix of its own, which does not wait between its tries. */
const openStore = (options: Partial<S3Options> = {}): RunStore =>
  makeS3Store({ ...bucketItself(), prefix: `sweeps/${stores++}`, ...options })

const bucketItself = (): S3Options => ({
  bucket: LOOPBACK_BUCKET,
  endpoint: s3.url,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', secretAccessKey: SECRET, sessionToken: TOKEN },
  attempts: 1,
  timeoutMilliseconds: 10_000,
  limitMilliseconds: 20_000,
  pause: async () => {},
})

const KEY = 'runs/r/plan.json'
const CALLS: [string, (store: RunStore) => Promise<unknown>][] = [
  ['put', (store) => store.put(KEY, 'text')],
  ['get', (store) => store.get(KEY)],
  ['list', (store) => store.list('runs/r/')],
]

/** Every request is answered by `answer`. */
const always = (answer: (response: ServerResponse) => void) => {
  s3.instead = (_, response) => {
    answer(response)
    return true
  }
}

storeContract('S3, as this machine plays it in pages of twenty', async () => openStore(), 41)

describe('what the store asks of S3', () => {
  it.each([
    ['runs/r/report.csv', 'text/csv'],
    ['runs/r/plan.json', 'application/json'],
    ['tokens/r/000001', 'text/plain'],
    ['tokens/r/csv', 'text/plain'],
  ])('is a write that S3 refuses because the object exists, for a browser to show: %s as %s', async (key, type) => {
    const store = openStore({ prefix: 'sweeps' })
    await store.put(key, 'user,arn')
    expect(s3.objects).toEqual(new Map([[`sweeps/${key}`, 'user,arn']]))
    expect(s3.requests[0]?.headers).toMatchObject({ 'if-none-match': '*', 'content-type': `${type}; charset=utf-8` })
    expect(store.location).toBe(`s3://${LOOPBACK_BUCKET}/sweeps`)
  })
  it.each([
    ['an empty one', ''],
    ['none', undefined],
  ])('needs no prefix: %s', async (_, prefix) => {
    const store = makeS3Store({ ...bucketItself(), ...(prefix !== undefined && { prefix }) })
    await store.put(KEY, 'text')
    expect([...s3.objects.keys()]).toEqual([KEY])
    expect(await store.list('runs/')).toEqual([KEY])
    expect(store.location).toBe(`s3://${LOOPBACK_BUCKET}`)
  })
  it('is every page of a list, and each once', async () => {
    const store = openStore({ prefix: 'sweeps' })
    for (let run = 0; run < 41; run++) s3.objects.set(`sweeps/runs/${run}/plan.json`, '')
    expect(await store.list('runs/')).toHaveLength(41)
    expect(s3.requests.map(({ query }) => query.get('continuation-token'))).toEqual([null, '20', '40'])
  })
  it.each(['../secret', 'runs//plan.json', 'runs/./plan.json', ''])(
    'never leads out of its prefix: %j',
    async (key) => {
      const store = openStore()
      await expect(store.put(key, 'x')).rejects.toThrow(errorWith('TypeError', JSON.stringify(key)))
      await expect(store.get(key)).rejects.toThrow(TypeError)
      expect(s3.requests).toEqual([])
    },
  )
})

describe('where S3 is asked', () => {
  const hostAndPath = async (where: Parameters<typeof makeS3Client>[0]) => {
    const { endpointProvider } = makeS3Client(where, { attempts: 1, timeoutMilliseconds: 1 }).config
    const { url } = endpointProvider({
      Bucket: 'runs',
      Region: 'eu-west-1',
      ...(where.endpoint && { Endpoint: where.endpoint }),
    })
    return url.href
  }
  it('is AWS at a host of the bucket', async () => {
    expect(await hostAndPath({ region: 'eu-west-1' })).toBe('https://runs.s3.eu-west-1.amazonaws.com/')
  })
  it.each(['http://localhost:5000', 'http://127.0.0.1:5000', 'https://minio.example.com'])(
    'is a named endpoint by path, as the AWS CLI does it: %s',
    async (endpoint) => {
      expect(await hostAndPath({ region: 'eu-west-1', endpoint })).toBe(`${endpoint}/runs`)
    },
  )
})

describe('a put', () => {
  it('that finds another write under way tries again, and continues with what it then finds', async () => {
    const store = openStore({ prefix: 'sweeps' })
    s3.instead = ({ operation }, response) => {
      if (operation !== 'put' || s3.requests.length > 2) return false
      s3.objects.set(`sweeps/${KEY}`, 'theirs')
      refuse(response, 409, 'ConditionalRequestConflict')
      return true
    }
    expect(await store.put(KEY, 'ours')).toEqual({ created: false, text: 'theirs' })
    expect(s3.requests.map(({ operation }) => operation)).toEqual(['put', 'put', 'put', 'get'])
  })
  it('that finds nothing but writes under way gives up, with longer and longer pauses', async () => {
    const pauses: number[] = []
    const store = openStore({
      pause: async (milliseconds) => {
        pauses.push(milliseconds)
      },
    })
    always((response) => refuse(response, 409, 'ConditionalRequestConflict'))
    await expect(store.put(KEY, 'ours')).rejects.toThrow(errorWith('StoreUnavailable', KEY, '6 attempts'))
    expect(pauses).toEqual([50, 100, 200, 400, 800])
  })
  it('whose answer was lost finds its own text', async () => {
    const store = openStore({ prefix: 'sweeps', attempts: 2 })
    s3.instead = ({ key }, response) => {
      if (s3.requests.length > 1) return false
      s3.objects.set(key, 'ours')
      response.socket?.resetAndDestroy()
      return true
    }
    expect(await store.put(KEY, 'ours')).toEqual({ created: false, text: 'ours' })
  })
  it('whose object is deleted by hand the moment it was found writes it', async () => {
    const store = openStore()
    s3.instead = (_, response) => {
      if (s3.requests.length > 1) return false
      refuse(response, 412, 'PreconditionFailed')
      return true
    }
    expect(await store.put(KEY, 'ours')).toEqual({ created: true, text: 'ours' })
  })
  it('that finds an object is known by the status alone, as a bare HTTP store answers', async () => {
    const store = openStore({ prefix: 'sweeps' })
    s3.objects.set(`sweeps/${KEY}`, 'theirs')
    s3.instead = ({ operation }, response) => {
      if (operation === 'put') response.writeHead(412).end()
      return operation === 'put'
    }
    expect(await store.put(KEY, 'ours')).toEqual({ created: false, text: 'theirs' })
  })
  it('that is answered without an ETag is none', async () => {
    always((response) => response.writeHead(200).end())
    await expect(openStore({ prefix: 'sweeps' }).put(KEY, 'ours')).rejects.toThrow(
      errorWith('StoreUnavailable', `write ${KEY}`, `s3://${LOOPBACK_BUCKET}/sweeps`, 'ETag'),
    )
  })
  it('whose limit is over in a pause sends nothing more', async () => {
    always((response) => refuse(response, 409, 'ConditionalRequestConflict'))
    const store = openStore({ limitMilliseconds: 500, pause: () => sleep(600) })
    await expect(store.put(KEY, 'ours')).rejects.toThrow(errorWith('StoreUnavailable', `write ${KEY}`, '500 ms'))
    expect(s3.requests).toHaveLength(1)
  })
  it('that may not read the stored object says which permission is missing', async () => {
    s3.instead = ({ operation }, response) => {
      if (operation === 'put') refuse(response, 412, 'PreconditionFailed')
      else refuse(response, 403, 'AccessDenied', 'Access Denied')
      return true
    }
    await expect(openStore().put(KEY, 'ours')).rejects.toThrow(
      errorWith('StoreRefused', `read ${KEY}`, 's3:GetObject', 's3:ListBucket'),
    )
  })
})

describe('a passing fault', () => {
  it.each(CALLS)('is over before %s gives up: it is tried three times', async (_, call) => {
    s3.instead = (_, response) => {
      if (s3.requests.length > 2) return false
      response.socket?.resetAndDestroy()
      return true
    }
    const store = makeS3Store({
      bucket: LOOPBACK_BUCKET,
      endpoint: s3.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', secretAccessKey: SECRET },
    })
    await call(store)
    expect(s3.requests).toHaveLength(3)
  })
})

describe.each(CALLS)('%s ends as StoreUnavailable, for the state machine to try again, when S3', (name, call) => {
  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ['asks to slow down', (response) => refuse(response, 503, 'SlowDown'), /received 503 SlowDown: It is SlowDown\.$/],
    ['breaks', (response) => refuse(response, 500, 'InternalError'), /received 500 InternalError/],
    ['answers for a gateway', (response) => response.writeHead(502).end('<html>Bad gateway</html>'), /received 502 /],
    ['drops the connection', (response) => response.socket?.resetAndDestroy(), /received .*(hang up|ECONNRESET)/],
    ['is a sign-in page', (response) => sendHtml(response, 200), /ETag|runs\/r\/$/],
    ['is a page that knows no such address', (response) => sendHtml(response, 404), /received 404 /],
    ['answers with nothing', (response) => response.writeHead(200).end(), /ETag|runs\/r\/$/],
    ['asks for another try by redirect', (response) => refuse(response, 307, 'TemporaryRedirect'), /received 307/],
  ])('%s', async (_, answer, message) => {
    always(answer)
    const failed = call(openStore())
    await expect(failed).rejects.toThrow(StoreUnavailable)
    await expect(failed).rejects.toThrow(message)
    await expect(failed).rejects.toThrow(
      new RegExp(`^Cannot ${{ put: 'write', get: 'read', list: 'list' }[name]} runs/r/`),
    )
  })
})

describe.each(CALLS)('%s waits for S3 no longer than its limit', (_, call) => {
  it.each<[string, Partial<S3Options>, RegExp]>([
    ['of one attempt', { timeoutMilliseconds: 50 }, /received TimeoutError/],
    ['of all together', { limitMilliseconds: 50 }, / 50 ms$/],
  ])('%s', async (_, options, message) => {
    always(() => {})
    const failed = call(openStore(options))
    await expect(failed).rejects.toThrow(StoreUnavailable)
    await expect(failed).rejects.toThrow(message)
  })
  it('and does not go by what comes later', async () => {
    s3.instead = (request, response) => {
      const timer = setTimeout(() => s3.answer(request, response), 300)
      response.once('close', () => clearTimeout(timer))
      return true
    }
    await expect(call(openStore({ limitMilliseconds: 50 }))).rejects.toThrow(/ 50 ms$/)
  })
})

it.each(CALLS)('%s leaves no timer behind, for which a command would wait at its end', async (_, call) => {
  const store = openStore()
  const before = process.getActiveResourcesInfo()
  await call(store)
  await call(store)
  expect(await heldTimers(before)).toEqual([])
})

const sendHtml = (response: ServerResponse, status: number) =>
  send(response, status, { 'content-type': 'text/html' }, '<html><body>Sign in</body></html>')

describe.each(CALLS)('%s ends as StoreRefused, which no retry mends, when', (_, call) => {
  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'there is no such bucket',
      (response) => refuse(response, 404, 'NoSuchBucket'),
      /bucket keysweep-runs\b.* 404 NoSuchBucket/,
    ],
    [
      'the bucket is in another Region',
      (response) => {
        response.setHeader('x-amz-bucket-region', 'eu-central-1')
        refuse(response, 301, 'PermanentRedirect')
      },
      /bucket keysweep-runs\b.*AWS_REGION=eu-central-1; .*301/,
    ],
    [
      'the credentials are not known',
      (response) => refuse(response, 403, 'InvalidAccessKeyId'),
      /: access denied \(.*bucket.* 403 InvalidAccessKeyId/,
    ],
    ['the credentials have expired', (response) => refuse(response, 400, 'ExpiredToken'), /refused.* 400 ExpiredToken/],
  ])('%s', async (_, answer, message) => {
    always(answer)
    const failed = call(openStore())
    await expect(failed).rejects.toThrow(StoreRefused)
    await expect(failed).rejects.toThrow(message)
  })
})

describe('the account that must own the bucket', () => {
  it.each(CALLS)('is named in each call: %s', async (name, call) => {
    await call(openStore({ owner: '111122223333' }))
    expect(s3.requests.map(({ headers }) => headers['x-amz-expected-bucket-owner'])).toEqual(['111122223333'])
    expect(s3.requests[0]?.operation).toBe(name)
  })
  it.each(CALLS)('is not named where any account may own it: %s', async (_, call) => {
    await call(openStore())
    expect(s3.requests[0]?.headers).not.toHaveProperty('x-amz-expected-bucket-owner')
  })
  it.each(CALLS)('is named where S3 denies access, for that may be why: %s', async (_, call) => {
    always((response) => refuse(response, 403, 'AccessDenied', 'Access Denied'))
    const failed = call(openStore({ owner: '111122223333' }))
    await expect(failed).rejects.toThrow(errorWith('StoreRefused', LOOPBACK_BUCKET, 'account 111122223333 owns'))
    await expect(failed).rejects.not.toThrow('--machine')
  })
})

describe('a message for a person names another owner if S3 denies access, and one for a function does not:', () => {
  it.each<[string, Partial<S3Options>, boolean, boolean]>([
    ['by hand, of a known owner', { owner: '111122223333', byHand: true }, true, true],
    ['a function, of a known owner', { owner: '111122223333', byHand: false }, false, false],
    ['by default, of a known owner', { owner: '111122223333' }, false, false],
    ['by default, of any owner', {}, false, true],
    ['a function, of any owner', { byHand: false }, false, false],
  ])('%s', async (_, options, namesOwner, namesMachine) => {
    always((response) => refuse(response, 403, 'AccessDenied', 'x with an explicit deny in a resource-based policy'))
    const messageOf = (call: Promise<unknown>) => call.then(String, (error: Error) => error.message)
    expect((await messageOf(openStore(options).get(KEY))).includes('KEYSWEEP_STORE_OWNER')).toBe(namesOwner)
    expect((await messageOf(openStore(options).put(KEY, 'text'))).includes('--machine')).toBe(namesMachine)
  })
})

describe('the newest keys', () => {
  const store = () => openStore({ prefix: 'sweeps' })
  const listed = (dates: Record<string, string>) =>
    always((response) =>
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(
          listXml(
            { Name: 'b', KeyCount: Object.keys(dates).length, IsTruncated: false, keys: Object.keys(dates) },
            new Map(Object.entries(dates).flatMap(([key, at]) => (at === '' ? [] : [[key, new Date(at)] as const]))),
          ),
        ),
    )
  it('are those of the whole name, by when they were written', async () => {
    listed({
      'sweeps/runs/a/plan.json': '2026-09-02T00:00:00Z',
      'sweeps/runs/b/plan.json': '2026-09-03T00:00:00Z',
      'sweeps/runs/c/old-plan.json': '2026-09-04T00:00:00Z',
      'sweeps/runs/d/plan.json': '2026-09-01T00:00:00Z',
    })
    expect(await store().newest('runs/', 'plan.json')).toEqual(['b', 'a', 'd'].map((run) => `runs/${run}/plan.json`))
  })
  it('are asked for one folder at a time, if only one in five folders counts', async () => {
    for (const run of ['a', 'ab', ...'cdefghij'])
      for (const name of ['plan.json', 'plan.json.txt', 'verdicts/0.json'])
        s3.objects.set(`sweeps/runs/${run}/${name}`, 'x')
    const found = await store().newest('runs/', 'plan.json', (run) => run.startsWith('a'))
    expect(found?.toSorted()).toEqual(['runs/a/plan.json', 'runs/ab/plan.json'])
    expect(s3.requests.map(({ key, query }) => [key, query.get('delimiter')])).toEqual([
      ['sweeps/runs/', '/'],
      ['sweeps/runs/a/plan.json', null],
      ['sweeps/runs/ab/plan.json', null],
    ])
  })
  it('are listed with everything beside them, if more folders count', async () => {
    for (const run of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) s3.objects.set(`sweeps/runs/${run}/plan.json`, 'x')
    const found = await store().newest('runs/', 'plan.json', (run) => run <= 'b')
    expect(found?.toSorted()).toEqual(['runs/a/plan.json', 'runs/b/plan.json'])
    expect(s3.requests.map(({ key, query }) => [key, query.get('delimiter')])).toEqual([
      ['sweeps/runs/', '/'],
      ['sweeps/runs/', null],
    ])
  })
  it.each([
    ['has fewer folders than it says', 2, ['sweeps/runs/a/']],
    ['has a folder of another prefix', 1, ['other/runs/a/']],
    ['has a folder without its slash', 1, ['sweeps/runs/a']],
  ])('are an error if the list %s', async (_, KeyCount, folders) => {
    always((response) =>
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(listXml({ Name: 'b', KeyCount, IsTruncated: false, keys: [] }, new Map(), folders)),
    )
    await expect(store().newest('runs/', 'plan.json', () => true)).rejects.toThrow(
      errorWith('StoreUnavailable', 'sweeps/runs/'),
    )
  })
  it('end with those that have no date', async () => {
    listed({ 'sweeps/runs/z/plan.json': '', 'sweeps/runs/a/plan.json': '2026-09-02T00:00:00Z' })
    expect(await store().newest('runs/', 'plan.json')).toEqual(['runs/a/plan.json', 'runs/z/plan.json'])
  })
})

describe('denied access names what is missing, and for which bucket', () => {
  it('and says to a person whose write is denied what a deployed store is for', async () => {
    const who = 'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:PutObject on resource'
    const why = 'with an explicit deny in a resource-based policy'
    always((response) => refuse(response, 403, 'AccessDenied', `${who}: x ${why}`))
    await expect(openStore().put(KEY, 'text')).rejects.toThrow(errorWith('StoreRefused', KEY, 'deployed', '--machine'))
    await expect(openStore().get(KEY)).rejects.not.toThrow('--machine')
  })
  it.each([
    ['put', /s3:PutObject .*bucket keysweep-runs\b.* 403 AccessDenied: Access Denied$/],
    ['get', /s3:GetObject .*bucket keysweep-runs\b.*s3:ListBucket/],
    ['list', /s3:ListBucket on bucket keysweep-runs\b/],
  ])('%s', async (name, message) => {
    always((response) => refuse(response, 403, 'AccessDenied', 'Access Denied'))
    const failed = CALLS.find(([call]) => call === name)?.[1](openStore())
    await expect(failed).rejects.toThrow(StoreRefused)
    await expect(failed).rejects.toThrow(message)
  })
  it('and is never taken for "nothing there"', async () => {
    always((response) => refuse(response, 403, 'AccessDenied', 'Access Denied'))
    await expect(openStore().get(KEY)).rejects.toThrow(errorWith('StoreRefused', KEY, 's3:ListBucket'))
  })
})

describe('a body', () => {
  const head = { etag: '"x"', 'content-type': 'application/json' }
  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'that is cut short',
      (response) => {
        response.writeHead(200, { ...head, 'content-length': 100 }).write('{"half":')
        setTimeout(() => response.socket?.destroy(), 20)
      },
      / 100 bytes\b.*: aborted/,
    ],
    [
      'that is a web page',
      (response) => send(response, 200, { ...head, 'content-type': 'text/html; charset=utf-8' }, '<html></html>'),
      /web page/,
    ],
    [
      'of no said length',
      (response) => {
        response.writeHead(200, head).write('{}')
        response.end()
      },
      /length/,
    ],
    ['without an ETag', (response) => send(response, 200, { 'content-type': 'application/json' }, '{}'), /ETag/],
  ])('%s is StoreUnavailable', async (_, answer, message) => {
    always(answer)
    const failed = openStore().get(KEY)
    await expect(failed).rejects.toThrow(StoreUnavailable)
    await expect(failed).rejects.toThrow(message)
  })
  it('that never ends is StoreUnavailable', async () => {
    always((response) => response.writeHead(200, { ...head, 'content-length': 100 }).write('{"half":'))
    const failed = openStore({ limitMilliseconds: 50 }).get(KEY)
    await expect(failed).rejects.toThrow(StoreUnavailable)
    await expect(failed).rejects.toThrow(/ 50 ms$/)
  })
  it('that is not UTF-8 is StoreDamaged', async () => {
    always((response) => send(response, 200, head, Buffer.from([0xc3, 0x28])))
    const failed = openStore().get(KEY)
    await expect(failed).rejects.toThrow(StoreDamaged)
    await expect(failed).rejects.toThrow(/\b2 bytes\b.*UTF-8/)
  })
  it('of no said type is taken as it is', async () => {
    always((response) => send(response, 200, { etag: '"x"' }, '{}'))
    expect(await openStore().get(KEY)).toBe('{}')
  })
  it('that is not taken is not waited for: its connection is closed', async () => {
    const closed = new Promise<string>((resolve) =>
      always((response) => {
        response.writeHead(200, { ...head, 'content-type': 'text/html', 'content-length': 100_000 }).write('<html>')
        response.once('close', () => resolve('closed'))
      }),
    )
    await expect(openStore().get(KEY)).rejects.toThrow(/web page/)
    expect(await Promise.race([closed, sleep(10_000, 'still open', { ref: false })])).toBe('closed')
  })
  it('keeps its byte order mark', async () => {
    const store = openStore()
    await store.put(KEY, '\ufeffuser,arn')
    expect(await store.get(KEY)).toBe('\ufeffuser,arn')
  })
})

describe('a list', () => {
  const page = { Name: 'b', KeyCount: 1, IsTruncated: false, keys: ['sweeps/runs/x'] }
  const { Name: _, ...nameless } = page
  const { IsTruncated: __, ...endless } = page
  /** The last of these pages again and again, up to the tenth request: a list that does not end would be asked for on and on. */
  const answerWith = (...pages: string[]) => {
    s3.instead = (_, response) => {
      const xml = pages[Math.min(s3.requests.length, pages.length) - 1]
      if (s3.requests.length > 10) refuse(response, 403, 'AccessDenied')
      else response.writeHead(200, { 'content-type': 'application/xml' }).end(xml)
      return true
    }
  }
  /** A whole page of these keys is missing. */
  const WHOLE_PAGE = /whole page .*sweeps\/runs\/$/
  const goingOn = (NextContinuationToken: string) => listXml({ ...page, IsTruncated: true, NextContinuationToken })

  it.each<[string, string, RegExp]>([
    ['without its end', listXml({ ...page, IsTruncated: true }), WHOLE_PAGE],
    ['of fewer keys than it counts', listXml({ ...page, KeyCount: 2 }), WHOLE_PAGE],
    ['of keys nobody asked for', listXml({ ...page, keys: ['x'] }), WHOLE_PAGE],
    ['with a key that has no name', listXml(page).replace(/<Key>.*<\/Key>/, '<Size>1</Size>'), WHOLE_PAGE],
    ['that does not say whether it goes on', listXml(endless), WHOLE_PAGE],
    ['that does not name its bucket', listXml(nameless), WHOLE_PAGE],
    ['cut in the middle', listXml(page).slice(0, 60), /received 200/],
    ['with the same token again', goingOn('again'), /page 2 .*token$/],
  ])('%s is StoreUnavailable', async (_, xml, message) => {
    answerWith(xml)
    const failed = openStore({ prefix: 'sweeps' }).list('runs/')
    await expect(failed).rejects.toThrow(StoreUnavailable)
    await expect(failed).rejects.toThrow(message)
  })
  it('without an end is StoreUnavailable, and is not read on and on', async () => {
    answerWith(...['a', 'b', 'c', 'd', 'e', 'f'].map(goingOn))
    const failed = openStore({ prefix: 'sweeps', mostPages: 3 }).list('runs/')
    await expect(failed).rejects.toThrow(StoreUnavailable)
    await expect(failed).rejects.toThrow(/ 3 pages$/)
    expect(s3.requests).toHaveLength(3)
  })
  it('may end with the last page that it may have', async () => {
    answerWith(goingOn('a'), goingOn('b'), listXml(page))
    expect(await openStore({ prefix: 'sweeps', mostPages: 3 }).list('runs/')).toHaveLength(3)
  })
  it('that does not count its keys is taken, as some stores answer', async () => {
    const { KeyCount: _, ...uncounted } = page
    answerWith(listXml(uncounted))
    expect(await openStore({ prefix: 'sweeps' }).list('runs/')).toEqual(['runs/x'])
  })
  it('is sorted, as a directory bucket does not', async () => {
    answerWith(listXml({ ...page, KeyCount: 3, keys: ['sweeps/runs/b', 'sweeps/runs/c', 'sweeps/runs/a'] }))
    expect(await openStore({ prefix: 'sweeps' }).list('runs/')).toEqual(['runs/a', 'runs/b', 'runs/c'])
  })
})

describe('no secret', () => {
  it('is in what is thrown, whatever S3 quotes', async () => {
    const quoted = `The request signature we calculated does not match.\n${SECRET} ${TOKEN}`
    always((response) =>
      response
        .writeHead(403)
        .end(
          `<Error><Code>SignatureDoesNotMatch</Code><Message>${quoted}</Message><CanonicalRequest>x-amz-security-token:${TOKEN}</CanonicalRequest></Error>`,
        ),
    )
    const error = await openStore()
      .get(KEY)
      .catch((error) => error)
    expect(error).toBeInstanceOf(StoreRefused)
    expect(inspect(error, { depth: null })).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`))
  })
})

describe('what is missing before S3 can be asked', () => {
  it.each([
    ['a token', { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', secretAccessKey: SECRET, sessionToken: `${TOKEN}\n` }],
    ['a key id', { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE\n', secretAccessKey: SECRET }],
  ])('is named: %s that a header can hold', async (_, credentials) => {
    const failed = openStore({ credentials }).get(KEY)
    await expect(failed).rejects.toThrow(StoreRefused)
    await expect(failed).rejects.toThrow(/line break.*Invalid character in header content/)
  })
})
