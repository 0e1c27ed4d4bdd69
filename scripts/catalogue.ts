// `npm run catalogue`: writes every sentence that the product can print or throw to test/texts/catalogue.txt, so that a
// change of wording is reviewed in one file. A test compares that file with the sources.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { sentencesOf } from './sentences.ts'

export const CATALOGUE = 'test/texts/catalogue.txt'

const HEAD = `Every sentence that keysweep can print, throw or store, by file, in the order of its source.
Made by "npm run catalogue" from the sources. Values are in braces.
`

const FOLDERS = ['core', 'io', 'steps', 'functions', 'engine', 'local', 'views', 'demo', 'cli']

/** The product's sentences by file, read from the sources in the working directory. */
export function catalogue(): Map<string, string[]> {
  const files = globSync(FOLDERS.map((folder) => `${folder}/**/*.ts`)).toSorted()
  return new Map(files.map((file) => [file, sentencesOf(readFileSync(file, 'utf8'))]))
}

/** The text of the catalogue's file. Files without a sentence are left out. */
export function catalogueText(sentences: Map<string, string[]>): string {
  const parts = [...sentences].filter(([, lines]) => lines.length > 0)
  return [HEAD, ...parts.map(([file, lines]) => `${file}\n${lines.map((line) => `  ${line}\n`).join('')}`)].join('\n')
}

/** The sentences by file of a text that `catalogueText` has made. */
export function sentencesIn(text: string): Map<string, string[]> {
  const parts = text.slice(HEAD.length + 1).split('\n\n')
  return new Map(parts.map((part) => part.trimEnd().split('\n  ')).map(([file = '', ...lines]) => [file, lines]))
}

if (import.meta.main) writeFileSync(CATALOGUE, catalogueText(catalogue()))
