import { expect, it } from '@jest/globals'
import { errorNameForPeople } from '../../../core/model/error-names.ts'

it.each([
  'SettingsRefused',
  'UpdateNotConfirmed',
  'SomeKeysFailed',
  'ApprovalExpired',
  'Interrupted',
  'States.Timeout',
  'Lambda.Unknown',
  'Sandbox.Timedout',
])('%s is known to people', (name) => {
  expect(errorNameForPeople(name)).toBe(name)
})

it.each(['', 'Error', 'settingsRefused', 'States.Timeout ', '<a href="x">', 'toString', 'OtherError'])(
  '%j was chosen by somebody else, and is not shown',
  (name) => {
    expect(errorNameForPeople(name)).toBe('OtherError')
  },
)
