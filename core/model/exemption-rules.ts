// Which exemptions can match. One that cannot is refused where it is said: else the key that it means to keep is taken.
// Source: IAM User Guide, "IAM and AWS STS quotas" (names), and the IAM API's pattern for Path.

/** A user's name, `*` for any characters. */
const isPattern = (text: string): boolean => /^[\w+=,.@*-]+$/.test(text)

/** "/", or ASCII characters between two. */
const isPath = (text: string): boolean => /^\/([\u0021-\u007f]+\/)?$/.test(text) && !/^\/\/+$/.test(text)

const PATH_IN_ARN = /^arn:[^/]*:user(\/.*\/)/

const QUOTED = /^(["'])(.*)\1$/

/** Why no user's name can fit this pattern, to be read after it: "must be ..."; null: one can. */
export function patternFault(text: string): string | null {
  if (isPattern(text)) return null
  const meant = patternMeant(text)
  return withSpelling(patternRule(text), isPattern(meant) ? meant : null)
}

function patternRule(text: string): string {
  if (text.startsWith('arn:')) return 'must be a user name and not an ARN'
  if (text.endsWith('/')) return 'must be a user name (a path belongs in exemptPaths)'
  if (text.includes('/')) return 'must be a user name without its path'
  if (/^\s|\s$/.test(text)) return 'must not begin or end with a blank'
  if (/[$^()[\]{}|\\?]/.test(text)) return 'must be a user name, with * for any characters and no other pattern'
  return 'must hold only letters, digits and + = , . @ _ - of a user name, and * for any characters'
}

/** A name that may have been meant. */
function patternMeant(text: string): string {
  const name = text.trim().replace(QUOTED, '$2').replace(/.*\//s, '')
  const isRegex = /[$^\\]|\.[*+]/.test(name)
  if (!isRegex) return name.replaceAll(/\?+/g, '*')
  const [begins, ends] = [name.startsWith('^'), name.endsWith('$')]
  const inner = name.slice(begins ? 1 : 0, ends ? -1 : undefined)
  const open = `${ends && !begins ? '*' : ''}${inner}${begins && !ends ? '*' : ''}`
  return open
    .replaceAll(/\.[*+]/g, '*')
    .replaceAll('\\', '')
    .replaceAll(/\*+/g, '*')
}

/** Why no user can be under this path, to be read after it; null: one can. */
export function pathFault(text: string): string | null {
  if (isPath(text)) return null
  const meant = pathMeant(text)
  return withSpelling(pathRule(text), isPath(meant) ? meant : null)
}

function pathRule(text: string): string {
  if (text.startsWith('arn:')) return 'must be a path and not an ARN'
  if (!/^\/.*\/$/s.test(text)) return 'must begin and end with "/"'
  return 'must be "/", or hold ASCII characters without blanks between "/" and "/"'
}

/** A path that may have been meant, else the text itself. Of a user's ARN without a path none is meant. */
function pathMeant(text: string): string {
  if (text.startsWith('arn:')) return PATH_IN_ARN.exec(text)?.[1] ?? text
  const inner = text
    .trim()
    .replace(QUOTED, '$2')
    .replaceAll('\\', '/')
    .replace(/^\^|^\.(?=\/)/, '')
    .replace(/\$$/, '')
    .replace(/\/\.?\*+$/, '')
    .replaceAll(/^\/+|\/+$/g, '')
  // What a pattern in the middle stands for cannot be known.
  return /[*?^$|()[\]{}]/.test(inner) ? text : `/${inner}/`
}

const withSpelling = (rule: string, meant: string | null): string =>
  meant === null ? rule : `${rule}: use ${JSON.stringify(meant)}`
