// The definition before AWS's own language service, which AWS's editors use: a second opinion beside asl-validator.
import { globSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { type Diagnostic, getLanguageService, TextDocument } from 'amazon-states-language-service'

const definition = readFileSync('statemachine/keysweep.asl.json', 'utf8')

async function faults(text: string): Promise<string[]> {
  const service = getLanguageService({})
  const document = TextDocument.create('file:///keysweep.asl.json', 'asl', 1, text)
  const found: Diagnostic[] = await service.doValidation(document, service.parseJSONDocument(document))
  return found.map(({ message }) => (typeof message === 'string' ? message : message.value))
}

it.each(globSync('statemachine/*.asl.json'))('AWS’s own language service finds nothing wrong with %s', async (file) => {
  expect(await faults(readFileSync(file, 'utf8'))).toEqual([])
})

it('AWS’s own language service finds a state that leads nowhere, and the one that nothing leads to', async () => {
  expect(await faults(definition.replace('"Next": "What is asked?"', '"Next": "Redo?"'))).toEqual([
    expect.stringMatching(/"Next" property must be the name of an existing state/),
    expect.stringMatching(/cannot be reached/),
  ])
})
