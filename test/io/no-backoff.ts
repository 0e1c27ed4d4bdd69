// Before it tries again the SDK waits for a random part of a time that grows: in a file of tests that imports this, for
// none of it.
import { afterEach, beforeEach } from '@jest/globals'

const { random } = Math

beforeEach(() => {
  Math.random = () => 0
})
afterEach(() => {
  Math.random = random
})
