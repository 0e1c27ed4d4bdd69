import { readFile } from 'node:fs/promises'
import { expect, it } from '@jest/globals'
import { systemErrorText } from '../../../core/texts/system-error.ts'

it.each([
  ['EACCES', 'permission denied'],
  ['ENOENT', 'no such file or directory'],
  ['ENOTDIR', 'not a directory'],
  ['ENOSPC', 'no space left on device'],
  ['EROFS', 'read-only file system'],
])('%s is "%s"', (code, words) => {
  expect(systemErrorText(Object.assign(new Error(`${code}: open /x`), { code }))).toBe(words)
})

it('an error that Node throws is shown by its code', async () => {
  const error = await readFile('/no/such/file').catch((error: unknown) => error)
  expect(systemErrorText(error)).toBe('no such file or directory')
})

it.each([
  [
    'an error of another origin',
    Object.assign(new Error('unable to open'), { code: 'ERR_SQLITE_ERROR' }),
    'unable to open',
  ],
  ['an error without a code', new Error('broken'), 'broken'],
  ['what is no error', 'text', 'text'],
])('%s is shown by its own message', (_, error, words) => {
  expect(systemErrorText(error)).toBe(words)
})
