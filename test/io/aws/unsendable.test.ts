import { describe, expect, it } from '@jest/globals'
import { refuseUnsendable } from '../../../io/aws/unsendable.ts'
import { errorWith } from '../../support/error-facts.ts'

describe('a header', () => {
  it.each([
    ['of plain text', 'AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0f'],
    ['with a tab and with Latin letters', 'a\tb é ÿ ~'],
    ['without a value', ''],
  ])('%s is let through', (_, value) => {
    expect(() => refuseUnsendable({ host: 'api', 'x-amz-security-token': value })).not.toThrow()
  })
  it.each([
    ['a line break at its end', 'canary\n'],
    ['a line break at its beginning', '\ncanary'],
    ['a carriage return', 'can\rary'],
    ['a zero byte', 'canary\0'],
    ['a delete', 'canary\x7f'],
    ['a letter that is not Latin', 'canaryш'],
  ])('with %s is refused by its name, and its value is not shown', (_, value) => {
    const refused = () => refuseUnsendable({ host: 'api', 'x-amz-security-token': value })
    expect(refused).toThrow(errorWith('TypeError', 'x-amz-security-token'))
    expect(refused).not.toThrow(/ary/)
  })
})
