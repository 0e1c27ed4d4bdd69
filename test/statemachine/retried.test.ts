// Every error of a function that a retry may help with is retried by its states, by the name that the function says it throws.
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { placeholderOf } from './dataflow.ts'
import { readDefinition } from './rules.ts'

const MAY_PASS = [
  ...['IamThrottled', 'IamUnavailable', 'IamAnswerError', 'UpdateNotConfirmed', 'StoreUnavailable'],
  ...['MachineUnavailable', 'OrganizationUnavailable', 'NoticeFailed'],
]

/** What a docstring says of a service stands for these errors. */
const OF_SERVICES: [RegExp, string[]][] = [
  [/what .*\b(?:IAM|STS)\b.* throw/, ['IamThrottled', 'IamUnavailable', 'IamAnswerError']],
  [/what .*\brun store\b.* throws?/, ['StoreUnavailable']],
]

const calls = ['keysweep', 'organization'].flatMap((name) => readDefinition(`${name}.asl.json`).calls)

/** The errors in the @throws of a handler's maker that a retry may help with. */
function thrownBy(placeholder: string): string[] {
  const name = placeholder.replace(/Arn$/, '')
  const file = name.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase()
  const source = readFileSync(new URL(`../../functions/${file}.ts`, import.meta.url), 'utf8')
  const docstring = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*export const make/.exec(source)?.[0] ?? ''
  const thrown = docstring.slice(docstring.indexOf('@throws')).replaceAll(/\s+\*?\s*/g, ' ')
  const ofServices = OF_SERVICES.flatMap(([says, errors]) => (says.test(thrown) ? errors : []))
  return [...MAY_PASS.filter((error) => thrown.includes(error)), ...ofServices]
}

/** It sends what it can, and throws no NoticeFailed. */
const IS_LAST = /^Notify again$/

it.each(calls)('%s is tried again after every error that may pass', (name, task) => {
  const thrown = thrownBy(placeholderOf(task))
  expect(thrown).toContain('StoreUnavailable')
  const retried = (task.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals)
  const missing = thrown.filter(
    (error) => !retried.includes(error) && !(IS_LAST.test(name) && error === 'NoticeFailed'),
  )
  expect(missing).toEqual([])
})
