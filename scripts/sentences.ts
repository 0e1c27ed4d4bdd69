// What a person reads in a TypeScript source: its sentences (string and template literals), comments and identifiers.
import { allOf, childrenOf, cookedOf, isSyntax, parsed, type Syntax } from './syntax.ts'

export interface Texts {
  /** String and template literals that can be printed: see sentencesOf. */
  sentences: string[]
  /** Each on one line. Line comments below one another are one. */
  comments: string[]
  /** Names of variables, functions, types and fields, each once. */
  identifiers: string[]
}

/** All that a person reads in a TypeScript source. @throws SyntaxError */
export function textsOf(source: string): Texts {
  const { program, comments } = parsed(source)
  const identifiers = [...allOf(program)].filter(({ type }) => type === 'Identifier').map(({ name }) => String(name))
  return {
    sentences: [...new Set(sentencesIn(program, source).map((text) => text.trim()))],
    comments: commentsOf(comments),
    identifiers: [...new Set(identifiers)],
  }
}

/**
 * The sentences of a TypeScript source, each once, in its order. A sentence is a literal with a space and a lower-case
 * word, whose value can be printed: a name of a property, a type, or what a value is compared with is none. Values inside
 * it are shown as the expression that makes them, in braces.
 * @throws SyntaxError
 */
export const sentencesOf = (source: string): string[] => textsOf(source).sentences

function commentsOf(comments: ReturnType<typeof parsed>['comments']): string[] {
  const blocks: { text: string; lastLine: number | undefined }[] = []
  for (const { type, value, loc } of comments) {
    const last = blocks.at(-1)
    if (type === 'CommentLine' && last?.lastLine !== undefined && last.lastLine + 1 === loc?.start.line) {
      last.text += ` ${value}`
      last.lastLine += 1
    } else blocks.push({ text: value, lastLine: type === 'CommentLine' ? loc?.end.line : undefined })
  }
  return blocks.map(({ text }) =>
    text
      .replaceAll(/^\s*\*/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
}

function sentencesIn(node: Syntax, source: string): string[] {
  const text = textOf(node, source)
  if (text !== null && isSentence(text))
    return [text, ...functionsIn(node).flatMap((inner) => sentencesIn(inner, source))]
  return printable(node).flatMap((child) => sentencesIn(child, source))
}

/** The text of a literal, or of literals joined by "+"; null for everything else. */
function textOf(node: Syntax, source: string): string | null {
  if (node.type === 'StringLiteral') return visible(String(node.value))
  if (node.type === 'TemplateLiteral') return templateText(node, source)
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null
  const sides = childrenOf(node)
  const texts = sides.map((side) => textOf(side, source))
  if (texts.every((text) => text === null)) return null
  return texts.map((text, index) => text ?? inBraces(sides[index] as Syntax, source)).join('')
}

function templateText(node: Syntax, source: string): string {
  return childrenOf(node)
    .toSorted((one, other) => one.start - other.start)
    .map((part) => (part.type === 'TemplateElement' ? visible(cookedOf(part)) : inBraces(part, source)))
    .join('')
}

/** The expression in braces: on one line, functions in it shortened, templates in it shown as the outer one. */
function inBraces(expression: Syntax, source: string): string {
  const shown = shortened(expression)
    .toSorted((one, other) => one.start - other.start)
    .reduce(
      ({ text, from }, part) => ({
        text: `${text}${source.slice(from, part.start)}${part.type === 'TemplateLiteral' ? `\`${templateText(part, source)}\`` : '…'}`,
        from: part.end,
      }),
      { text: '', from: expression.start },
    )
  return `{${(shown.text + source.slice(shown.from, expression.end)).replaceAll(/\s+/g, ' ')}}`
}

/** The outermost functions and templates of an expression. */
const shortened = (node: Syntax): Syntax[] =>
  isFunction(node) || node.type === 'TemplateLiteral' ? [node] : childrenOf(node).flatMap(shortened)

/** The outermost functions of a sentence's expressions: what they print is not shown in it. */
const functionsIn = (node: Syntax): Syntax[] => (isFunction(node) ? [node] : childrenOf(node).flatMap(functionsIn))

const isFunction = ({ type }: Syntax): boolean => type === 'ArrowFunctionExpression' || type === 'FunctionExpression'

/** A placeholder is no word, and a text without a space is a name or a code. */
function isSentence(text: string): boolean {
  const own = text.replaceAll(/\{[^{}]*\}/g, '{}')
  return /\s/.test(own) && /(?<![\w./{-])[a-z]{2,}(?![\w/}])/.test(own)
}

/** Methods whose text argument is looked for, or cut at, and never printed. */
const SEARCHES = ['includes', 'startsWith', 'endsWith', 'indexOf', 'split', 'has', 'get', 'getItem']

/** The children whose literals can be printed. */
function printable(node: Syntax): Syntax[] {
  if (/^(Import|ExportAll|TS(?!As|Satisfies|NonNull))|^Directive/.test(node.type)) return []
  if (/^(ObjectProperty|ClassProperty)$/.test(node.type)) return childrenOf(node, ['key'])
  if (/^(Optional)?MemberExpression$/.test(node.type)) return childrenOf(node, ['property'])
  if (node.type === 'SwitchCase') return childrenOf(node, ['test'])
  if (node.type === 'BinaryExpression' && /^([!=]==?|in)$/.test(String(node.operator))) return []
  if (/CallExpression$/.test(node.type) && isSearch(node)) return childrenOf(node, ['arguments'])
  return childrenOf(node)
}

function isSearch(call: Syntax): boolean {
  const { callee } = call
  const property = isSyntax(callee) ? callee.property : null
  return isSyntax(property) && SEARCHES.includes(String(property.name))
}

/** The text on one line: what is not seen is written as an escape. */
const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => JSON.stringify(character).slice(1, -1))
