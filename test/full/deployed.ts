// The packaged template as CloudFormation would fill it in.
import type { Template } from '../support/packaged.ts'

export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'

/** The ARN of a function of the template. */
export function functionArn({ Resources }: Template, logicalId: string): string {
  const name = Resources[logicalId]?.Properties.FunctionName
  if (typeof name !== 'string') throw new TypeError(`Not a function of the template: ${logicalId}`)
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`
}

/** The template with the state machine's placeholders filled in, which neither cfn-lint nor moto does. */
export function withDefinition(template: Template): Template {
  const filled = structuredClone(template)
  const machine = filled.Resources.Keysweep?.Properties ?? {}
  const values = Object.entries(machine.DefinitionSubstitutions as Record<string, Record<string, unknown>>).map(
    ([name, value]) => [
      name,
      'Ref' in value ? 'aws' : functionArn(template, (value['Fn::GetAtt'] as string[])[0] ?? ''),
    ],
  )
  const substitutions = Object.fromEntries(values)
  machine.DefinitionString = (machine.DefinitionString as string).replaceAll(
    /\$\{(\w+)\}/g,
    (placeholder, name) => substitutions[name] ?? placeholder,
  )
  delete machine.DefinitionSubstitutions
  return filled
}
