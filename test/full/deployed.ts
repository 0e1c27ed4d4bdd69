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

/** The template with the placeholders of both state machines filled in, which neither cfn-lint nor moto does. */
export function withDefinition(template: Template): Template {
  const filled = structuredClone(template)
  const machines = Object.values(filled.Resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine')
  for (const { Properties } of machines) {
    const placeholders = Properties.DefinitionSubstitutions as Record<string, Record<string, unknown>>
    const values = Object.entries(placeholders).map(([name, value]) => [name, filledIn(template, value)])
    const substitutions: Record<string, string> = Object.fromEntries(values)
    Properties.DefinitionString = (Properties.DefinitionString as string).replaceAll(
      /\$\{(\w+)\}/g,
      (placeholder, name) => substitutions[name] ?? placeholder,
    )
    delete Properties.DefinitionSubstitutions
  }
  return filled
}

/** The partition, the ARN of a state machine, or the ARN of a function. */
function filledIn(template: Template, { Ref: ref, 'Fn::GetAtt': attribute }: Record<string, unknown>): string {
  if (ref === 'AWS::Partition') return 'aws'
  if (ref === undefined) return functionArn(template, (attribute as string[])[0] ?? '')
  const name = template.Resources[ref as string]?.Properties.StateMachineName
  return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`
}
