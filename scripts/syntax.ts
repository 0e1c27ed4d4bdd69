// TypeScript sources as syntax trees.
import { parse } from '@babel/parser'

/** A node of the tree. */
export interface Syntax {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

const parsed = (source: string) => parse(source, { sourceType: 'module', plugins: ['typescript'] })

/** The root of a source's tree. @throws SyntaxError */
export function programOf(source: string): Syntax {
  const { program } = parsed(source)
  if (!isSyntax(program)) throw new TypeError('expected a tree of @babel/parser')
  return program
}

/** The comments of a source, in its order. @throws SyntaxError */
export const commentsIn = (source: string) => parsed(source).comments ?? []

/** The nodes right below this one, without those in the fields named. */
export const childrenOf = (node: Syntax, without: string[] = []): Syntax[] =>
  Object.entries(node)
    .filter(([field]) => !without.includes(field) && !field.endsWith('Comments'))
    .flatMap(([, value]) => [value].flat().filter(isSyntax))

/** This node and all below it. */
export function* allOf(node: Syntax): Generator<Syntax> {
  yield node
  for (const child of childrenOf(node)) yield* allOf(child)
}

/** The text of a part of a template. */
export function cookedOf({ value }: Syntax): string {
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : ''
}
