import { describe, expect, it } from '@jest/globals'
import { listsOf } from '../../../cli/options/lists.ts'
import { UsageError } from '../../../local/errors.ts'
import { errorWith } from '../../support/error-facts.ts'

describe('the lists of a record', () => {
  it.each([
    [{}, 'first'],
    [{ json: true }, 'first'],
    [{ all: true }, 'all'],
    [{ summary: true }, 'none'],
  ])('with %j show: %s', (options, lists) => {
    expect(listsOf(options)).toBe(lists)
  })

  it.each([
    [{ summary: true, all: true }, ['--summary', '--all']],
    [{ summary: true, json: true }, ['--summary', '--json']],
    [{ all: true, csv: true }, ['--all', '--csv']],
  ])('with %j are refused', (options, names) => {
    expect(() => listsOf(options)).toThrow(UsageError)
    expect(() => listsOf(options)).toThrow(errorWith('UsageError', ...names))
  })
})
