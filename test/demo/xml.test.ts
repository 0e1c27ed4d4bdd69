import { ListUserTagsCommand } from '@aws-sdk/client-iam'
import { describe, expect, it } from '@jest/globals'
import { newUser } from '../../demo/account.ts'
import { awsError } from '../../demo/aws-error.ts'
import { answerXml, errorXml } from '../../demo/xml.ts'
import { localEndpoint, smallAccount } from './local-endpoint.ts'

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'
const ROOT = `<GetXResponse xmlns="${NAMESPACE}">`
const END = '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></GetXResponse>'

describe('an answer in XML', () => {
  it.each([
    ['a text', { A: 'b' }, '<A>b</A>'],
    ['an empty text', { A: '' }, '<A></A>'],
    ['a number', { A: 0 }, '<A>0</A>'],
    ['an undefined value', { A: undefined, B: 'c' }, '<B>c</B>'],
    ['a tree', { A: { B: 'c', D: 'e' } }, '<A><B>c</B><D>e</D></A>'],
    [
      'a list of trees',
      { A: { member: [{ B: 'c' }, { B: 'd' }] } },
      '<A><member><B>c</B></member><member><B>d</B></member></A>',
    ],
    ['a list of texts', { A: { member: ['b', 'c'] } }, '<A><member>b</member><member>c</member></A>'],
    ['an empty list', { A: { member: [] } }, '<A></A>'],
    ['a text with markup', { A: `<b> & "c" 'd'` }, '<A>&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;</A>'],
  ])('writes %s', (_, result, xml) => {
    expect(answerXml('GetX', result, 'id-1', NAMESPACE)).toBe(`${ROOT}<GetXResult>${xml}</GetXResult>${END}`)
  })

  it('without a result has only the request id', () => {
    expect(answerXml('GetX', null, 'id-1', NAMESPACE)).toBe(`${ROOT}${END}`)
  })

  it('gives the SDK every character that was written', async () => {
    const owner = `<&>"'&amp; é 日本`
    const { users, ...account } = smallAccount()
    const { iam } = await localEndpoint({
      account: { ...account, users: [...users, newUser('eve', { tags: { owner } })] },
    })
    expect(await iam.send(new ListUserTagsCommand({ UserName: 'eve' }))).toMatchObject({
      Tags: [{ Key: 'owner', Value: owner }],
    })
  })
})

describe('an error in XML', () => {
  it.each([
    ['Throttling', 'Sender'],
    ['ServiceUnavailable', 'Receiver'],
  ] as const)('of %s is of type %s', (code, type) => {
    expect(errorXml(awsError(code, 'a < b'), 'id-1', NAMESPACE)).toBe(
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type><Code>${code}</Code><Message>a &lt; b</Message></Error>` +
        '<RequestId>id-1</RequestId></ErrorResponse>',
    )
  })
})
