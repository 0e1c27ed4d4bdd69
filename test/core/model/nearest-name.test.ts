import { expect, it } from '@jest/globals'
import { nearestName } from '../../../core/model/nearest-name.ts'

it.each<[string, string, string[], string | null]>([
  ['one letter of three is another', 'abx', ['abc'], 'abc'],
  ['two letters of three are others', 'axx', ['abc'], null],
  ['two letters of six are others', 'xxcdef', ['abcdef'], 'abcdef'],
  ['three letters of six are others', 'xxxdef', ['abcdef'], null],
  ['a letter is missing', 'mde', ['mode'], 'mode'],
  ['two letters stand before it', 'xxabcdef', ['abcdef'], 'abcdef'],
  ['three letters stand before it', 'qqqmode', ['mode'], null],
  ['two letters stand after it', 'modexx', ['mode'], 'mode'],
  ['it begins so, with four letters', 'conc', ['concurrency'], 'concurrency'],
  ['it begins so, with three letters', 'con', ['concurrency'], null],
  ['it is the beginning', 'modeOfOperation', ['mode'], 'mode'],
  ['it is the end', 'operationMode', ['mode'], null],
  ['signs and case are others', '--MAX_KEYS--', ['maxKeys'], 'maxKeys'],
  ['numbers count', 's4', ['s3', 's4'], 's4'],
  ['its last part is compared', 'unusedDay', ['mode', 'policy.unusedDays'], 'policy.unusedDays'],
  ['the nearest of two', 'maxKey', ['maxKeysX', 'maxKeys'], 'maxKeys'],
  ['the first of two as near', 'abd', ['abc', 'abe'], 'abc'],
  ['nothing is known', 'mode', [], null],
])('%s: %s of %j may mean %j', (_, name, known, meant) => {
  expect(nearestName(name, known)).toBe(meant)
})
