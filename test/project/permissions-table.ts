// docs/permissions.md's table, from the roles as they are written.
import { actionsOf, functions, type Statement, statementsOf } from './stack.ts'

/** One row for each function, in the order of serverless.yml. */
export const permissionRows = (): string[] =>
  Object.entries(functions).map(([name, { role }]) => row(name, statementsOf(role)))

function row(name: string, statements: Statement[]): string {
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow')
  const denied = statements.filter(({ Effect }) => Effect === 'Deny').map(({ Sid }) => Sid ?? '')
  const objects = (action: string) =>
    allowed
      .filter((statement) => actionsOf(statement).includes(action))
      .flatMap(({ Resource }) => [Resource].flat())
      .map((resource) => code((resource as { 'Fn::Sub': string })['Fn::Sub'].replace('${RunStore.Arn}/', '')))
  const others = allowed.flatMap(actionsOf).filter((action) => !/^(s3|logs):/.test(action))
  const calls = [...others.map(code), ...denied.map((sid) => `not ${DENIED[sid]}`)]
  return `| ${code(name)} | ${cell(calls)} | ${cell(objects('s3:GetObject'))} | ${cell(objects('s3:PutObject'))} |`
}

const DENIED: Record<string, string> = {
  NeverAnExemptUser: 'on users tagged `keysweep-exempt`',
  NeverUnderAnExemptPath: 'on users under an exempt path',
}

const code = (text: string): string => `\`${text}\``
const cell = (parts: string[]): string => parts.join(', ') || 'nothing'
