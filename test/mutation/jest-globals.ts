// What stands for @jest/globals in a mutation test: the same describe, it and expect, from the packages of which Jest is
// made, without Jest around them.
import { jestExpect } from '@jest/expect'
import { ModuleMocker } from 'jest-mock'

const mocker = new ModuleMocker(globalThis)

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus'
export const expect = jestExpect
export const jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker) }
