// The exempt paths of keysweep.yml as AWS itself holds to them: a part of the role of Deactivate key.

/** Marks the statement of resources/roles.yml that this fills in. */
const SID = 'NeverUnderAnExemptPath'

interface Statement {
  Sid?: string
  Resource?: unknown
}

/** What Serverless has read from resources/. */
export interface Resources {
  Resources?: Record<string, { Properties?: { Policies?: { PolicyDocument: { Statement: Statement[] } }[] } }>
}

/** Fills in every statement that is marked; one that would deny nothing is left out, for IAM refuses it. */
export function denyExemptPaths({ Resources = {} }: Resources, paths: string[]): void {
  for (const { Properties } of Object.values(Resources)) {
    for (const { PolicyDocument } of Properties?.Policies ?? []) {
      PolicyDocument.Statement = PolicyDocument.Statement.flatMap((statement) => withPaths(statement, paths))
    }
  }
}

function withPaths(statement: Statement, paths: string[]): Statement[] {
  if (statement.Sid !== SID) return [statement]
  return paths.length === 0 ? [] : [{ ...statement, Resource: paths.map(usersUnder) }]
}

/** All users under a path. What IAM takes for a wildcard or a variable may stand in a path, and is meant as it stands. */
const usersUnder = (path: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':iam::',
      { Ref: 'AWS::AccountId' },
      `:user${path.replace(/[*?$]/g, '${$&}')}*`,
    ],
  ],
})
