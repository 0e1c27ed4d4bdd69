import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { shownUrl, withoutUserInfo } from '../../../core/texts/shown-url.ts'

describe('an address is shown', () => {
  it.each([
    ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    [
      'https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod',
      'https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod',
    ],
    ['http://user:PW@host/x', 'http://***@host/x'],
    ['http://PW@host', 'http://***@host'],
    ['http://:PW@host', 'http://***@host'],
    ['http://user:P@W@host', 'http://***@host'],
    ['http://user:P/W@host', 'http://***@host'],
    ['http://user:P?W#x@host', 'http://***@host'],
    ['HTTP://user:PW@host', 'HTTP://***@host'],
    [' http://user:PW@host', ' http://***@host'],
    ['user:PW@host', '***@host'],
    ['@host', '***@host'],
    ['http://@host', 'http://***@host'],
    ['x://user:PW@host', 'x://***@host'],
    // A colon and slashes within a password begin no scheme.
    ['user:x://PW@host', '***@host'],
    ['https://host/?token=PW', 'https://host/?***'],
    ['https://host/#PW', 'https://host/#***'],
    ['https://host/x?a=b\nPW', 'https://host/x?***'],
    ['garbage', 'garbage'],
    ['not set', 'not set'],
  ])('%j as %j', (address, shown) => {
    expect(shownUrl(address)).toBe(shown)
  })
})

describe('a text with addresses in it', () => {
  it.each([
    ['connect to http://user:PW@host:1/x failed', 'connect to http://***@host:1/x failed'],
    ['"http://a:PW@b" and s3://c:PW@d', '"http://***@b" and s3://***@d'],
    ['http://user:PW@host is not known', 'http://***@host is not known'],
    ['x://user:PW@host', 'x://***@host'],
    ['mail ann@example.com', 'mail ann@example.com'],
    ['https://host/x and ann@example.com', 'https://host/x and ann@example.com'],
  ])('%j is shown as %j', (text, shown) => {
    expect(withoutUserInfo(text)).toBe(shown)
  })
})

it('no password is shown, whatever its characters', () => {
  const password = fc.stringMatching(/^[!-~]{8,20}$/).filter((text) => !/["<>]/.test(text))
  fc.assert(
    fc.property(password, (secret) => {
      expect(shownUrl(`http://user:${secret}@host`)).toBe('http://***@host')
      expect(withoutUserInfo(`Invalid URL http://user:${secret}@host`)).toBe('Invalid URL http://***@host')
    }),
  )
})
