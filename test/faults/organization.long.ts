// Each way to break one account of many, as the first, in the middle and as the last.
import { describe, it } from '@jest/globals'
import { CASES, expectOneBroken, PLACES } from './organization-cases.ts'
import '../io/no-backoff.ts'

describe.each(CASES)('an account that %s', (...one) => {
  it.each(PLACES)('$name of the members: it alone ends so', ({ account }) => expectOneBroken(one, account))
})
