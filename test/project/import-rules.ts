// The direction of imports, as a function over sources, so that the rules can be tried on sources that break them.
import path from 'node:path'
import { transformSync } from 'esbuild'
import { CORE_ROOMS, ROOMS } from '../../scripts/rooms.ts'

export interface Source {
  /** Relative to the project, with "/": `core/run/plan.ts`. */
  path: string
  text: string
}

export const FOLDERS = Object.keys(ROOMS)

const SURROUNDINGS = ['test', 'bench']

/** Packages that only one folder may use; what needs them goes through that folder. */
const KEPT_IN: [RegExp, string][] = [
  [/^@(aws-sdk|smithy)\//, 'io'],
  [/^@aws-lambda-powertools\//, 'functions'],
]

/** What makes a function's answer depend on more than its arguments. */
const IMPURE: [RegExp, string][] = [
  [/\bprocess\.env\b/, 'process.env'],
  [/\bDate\.now\b/, 'Date.now'],
  [/(?<![\w.])(new )?Date\(\)/, 'new Date()'],
  [/\bperformance\.now\b/, 'performance.now'],
]

/** Modules of Node whose functions core/ uses with nothing but their arguments: hashes, and escape codes taken out of text. */
const PURE_NODE = ['node:crypto', 'node:util']

/** One line for each rule that a source breaks; none when it keeps them all. */
export function brokenRules(source: Source): string[] {
  const folder = folderOf(source.path)
  const imports = importsOf(source.text)
  return [
    ...imports.filter((name) => name.startsWith('.')).flatMap((name) => wrongWay(source.path, name)),
    ...KEPT_IN.flatMap(([packages, home]) =>
      imports
        .filter((name) => folder !== home && packages.test(name))
        .map((name) => `imports ${name}, kept in ${home}/`),
    ),
    ...(folder === 'core' ? impurities(source.text, imports) : []),
  ].map((rule) => `${source.path} ${rule}`)
}

/**
 * Every module that a source names, `import type` among them.
 * @returns `(computed)` for an import that only running it would tell.
 */
export function importsOf(text: string): string[] {
  const fixed = [
    /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
    /\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g,
  ]
  return [
    ...fixed.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string)),
    ...[...withoutComments(text).matchAll(/\b(?:import|require)\s*\(\s*[^'"\s]/g)].map(() => './(computed)'),
  ]
}

function wrongWay(from: string, name: string): string[] {
  if (name.endsWith('(computed)')) return ['imports a module by a computed name']
  const named = path.posix.join(path.posix.dirname(from), name)
  const [folder, target] = [folderOf(from), folderOf(named)]
  const ours = [...FOLDERS, ...SURROUNDINGS].includes(target)
  const wrong = ours && !ROOMS[folder]?.mayImport.includes(target)
  if (wrong) return [`imports ${name} from ${target}/, against the direction`]
  return folder === 'core' && target === 'core' ? wrongWayInCore(from, named, name) : []
}

function wrongWayInCore(from: string, named: string, name: string): string[] {
  const [room, target] = [roomOf(from), roomOf(named)]
  return CORE_ROOMS[room]?.includes(target) ? [] : [`imports ${name} from core/${target}/, against the direction`]
}

function impurities(text: string, imports: string[]): string[] {
  const code = withoutComments(text)
  return [
    ...IMPURE.filter(([pattern]) => pattern.test(code)).map(([, name]) => `uses ${name} in core/`),
    ...imports
      .filter((name) => name.startsWith('node:') && !PURE_NODE.includes(name))
      .map((name) => `imports ${name} in core/`),
  ]
}

const folderOf = (file: string): string => file.split('/')[0] as string
const roomOf = (file: string): string => file.split('/')[1] as string

const withoutComments = (text: string): string => transformSync(text, { loader: 'ts', legalComments: 'none' }).code
