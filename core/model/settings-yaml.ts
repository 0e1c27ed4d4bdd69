// keysweep.yml as text: reads the YAML and finds the line of everything in it, so that a refusal can name the line.
import { type Document, isAlias, isCollection, isMap, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { SettingsRefused } from './errors.ts'
import { receivedText } from './received-text.ts'

/** Where something is in the settings: names of fields, and numbers of list items from 0. */
export type SettingPath = readonly PropertyKey[]

/** The content of a settings file. Lines count from 1. */
export interface SettingsYaml {
  /** Plain data; null for an empty file. */
  content: unknown
  /** The line of the value at a path, or of the nearest thing around it that is in the file. */
  lineOf: (path: SettingPath) => number
  /** The line of a field's name. */
  lineOfName: (path: SettingPath) => number
  /** Whether nothing is written where the value belongs. YAML reads it as null. */
  isEmpty: (path: SettingPath) => boolean
  /** A number in another notation than its own digits, as it is written, such as 1e11; null: the value is none. */
  numberAsWritten: (path: SettingPath) => string | null
}

/** The parser's advice on this fault is for programmers. */
const wordsOf = (fault: Error): string =>
  (fault as { code?: string }).code === 'MULTIPLE_DOCS' ? 'multiple documents, and there must be one' : fault.message

type LineOf = (node: unknown) => number | null

/**
 * Reads one YAML document.
 * @param file its name in errors
 * @throws SettingsRefused for text that is not YAML, that names a field twice, or that has an unknown tag or alias
 */
export function readSettingsYaml(text: string, file: string): SettingsYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const lineOf: LineOf = (node) => {
    const range = (node as { range?: readonly number[] | null } | null)?.range
    return range?.[0] === undefined ? null : lines.linePos(range[0]).line
  }
  const refuse = (line: number, cause: Error): never => {
    const received = receivedText((text.split('\n')[line - 1] ?? '').trim())
    throw new SettingsRefused(`${file}:${line}: not YAML: ${wordsOf(cause)}, received ${received}`, { cause })
  }
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) refuse(lines.linePos(fault.pos[0]).line, fault)
  const odd = oddNumbers(document)
  const nearest = (nodes: unknown[]): number => nodes.map(lineOf).findLast((line) => line !== null) ?? 1
  return {
    content: contentOf(document, (error) => refuse(lineOf(oddAlias(document)) ?? 1, error)),
    lineOf: (path) => nearest(nodesTo(document, path)),
    lineOfName: (path) => nearest(nodesTo(document, path).slice(0, 2 * path.length)),
    isEmpty: (path) => isEmptyNode(nodesTo(document, path).at(-1)),
    numberAsWritten: (path) => odd.get(nodesTo(document, path).at(-1)) ?? null,
  }
}

const isEmptyNode = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null && !node.source)

/**
 * The numbers in another notation than their own digits, by their node. The value of 1e11 has the twelve digits of an account
 * that nobody wrote: such a number becomes its text, which no rule takes.
 */
function oddNumbers(document: Document.Parsed): Map<unknown, string> {
  const odd = new Map<unknown, string>()
  visit(document, {
    Scalar: (_, node) => {
      const { type, value, source } = node
      if (type !== 'PLAIN' || !Number.isFinite(value) || source === undefined || source === String(value)) return
      odd.set(node, source)
      if (/^\d{12}$/.test(String(value))) node.value = source
    },
  })
  return odd
}

/** An alias of nothing is found only now, and so are more aliases than settings can need. */
function contentOf(document: Document.Parsed, refuse: (error: Error) => never): unknown {
  try {
    return document.toJS()
  } catch (error) {
    return refuse(error as Error)
  }
}

/** The first alias of nothing, else the first alias. */
function oddAlias(document: Document.Parsed): unknown {
  const aliases: { node: unknown; known: boolean }[] = []
  visit(document, { Alias: (_, node) => void aliases.push({ node, known: node.resolve(document) !== undefined }) })
  return (aliases.find(({ known }) => !known) ?? aliases[0])?.node ?? null
}

/** The nodes on the way to a path: the whole, then a name and its value for each step (for a list the item, twice). */
function nodesTo(document: Document.Parsed, path: SettingPath): unknown[] {
  const nodes: unknown[] = [document.contents]
  for (const step of path) {
    const last = nodes.at(-1)
    const inside: unknown = isAlias(last) ? last.resolve(document) : last
    if (!isCollection(inside)) break
    const item: unknown = isMap(inside)
      ? inside.items.find(({ key }) => nameIn(key) === String(step))
      : inside.items[Number(step)]
    nodes.push(...(isPair(item) ? [item.key, item.value] : [item, item]))
  }
  return nodes
}

/** The name of a field in plain data. An empty key is an empty name there. */
const nameIn = (key: unknown): string => (isScalar(key) && key.value === null ? '' : String(key))
