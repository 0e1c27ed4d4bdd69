// Where a test repeats our own words: it should ask for the facts in a message, not for its sentence.
import { childrenOf, cookedOf, isSyntax, parsed, type Syntax } from '../../scripts/syntax.ts'

/** So many words in a row are no coincidence. */
const WORDS = 4

/** Words of every sentence, and what all are about: four of them in a row, as in "a run in an", say nothing. */
const COMMON =
  /^(a|an|and|as|at|be|by|for|from|has|in|is|it|no|not|of|on|or|the|this|to|was|which|with|account|key|organization|run|user)$/

/** Every four words in a row of these sentences, except common words only. */
export const phrasesOf = (sentences: string[]): Set<string> =>
  new Set(sentences.flatMap(phrasesIn).filter((phrase) => phrase.split(' ').some((word) => !COMMON.test(word))))

/** The phrases that a test's texts and patterns repeat, one for each text. Titles of tests and of their rows are ours. */
export const repeatedIn = (source: string, phrases: Set<string>): string[] =>
  // Most tests repeat nothing, also where their comments and titles are counted: those need not be parsed.
  phrasesIn(source.replaceAll('\\n', '\n')).some((phrase) => phrases.has(phrase)) ? repeatedTexts(source, phrases) : []

const repeatedTexts = (source: string, phrases: Set<string>): string[] =>
  textsIn(parsed(source).program).flatMap((text) => phrasesIn(text).find((phrase) => phrases.has(phrase)) ?? [])

function phrasesIn(text: string): string[] {
  const runs = text.toLowerCase().match(/[a-z]['a-z-]*(?: [a-z]['a-z-]*)+/g) ?? []
  return runs
    .map((run) => run.split(' '))
    .flatMap((words) => words.map((_, at) => words.slice(at, at + WORDS)))
    .filter((words) => words.length === WORDS)
    .map((words) => words.join(' '))
}

function textsIn(node: Syntax, titles: Syntax[] = []): string[] {
  if (node.type === 'ImportDeclaration' || (titles.includes(node) && TEXTS.includes(node.type))) return []
  if (node.type === 'StringLiteral') return [String(node.value)]
  if (node.type === 'TemplateElement') return [cookedOf(node)]
  if (node.type === 'RegExpLiteral') return [String(node.pattern)]
  const below = [...titles, ...titlesIn(node)]
  return childrenOf(node).flatMap((child) => textsIn(child, below))
}

const TEXTS = ['StringLiteral', 'TemplateLiteral']

/** The title of a test or a group; the first text of a row of a table; how a case came about. */
function titlesIn(node: Syntax): Syntax[] {
  if (node.type === 'ArrayExpression') return rowsOf(node).flatMap((row) => childrenOf(row).slice(0, 1))
  if (node.type === 'ObjectProperty' && isSyntax(node.key) && node.key.name === 'how') return childrenOf(node)
  const isTest = node.type === 'CallExpression' && /^(it|describe)$/.test(calledName(node))
  return isTest && Array.isArray(node.arguments) ? node.arguments.slice(0, 1).filter(isSyntax) : []
}

const rowsOf = (table: Syntax): Syntax[] => childrenOf(table).filter(({ type }) => type === 'ArrayExpression')

/** `it` of `it.each(rows)('title')`. */
function calledName({ callee, object, name }: Syntax): string {
  if (isSyntax(callee)) return calledName(callee)
  return isSyntax(object) ? calledName(object) : String(name)
}
