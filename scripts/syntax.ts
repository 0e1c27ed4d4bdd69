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

/** The root of a source's tree, and its comments in their order. @throws SyntaxError */
export function parsed(source: string) {
  const { program, comments } = parse(source, { sourceType: 'module', plugins: ['typescript'] })
  if (!isSyntax(program)) throw new TypeError('expected a tree of @babel/parser')
  return { program, comments: comments ?? [] }
}

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
