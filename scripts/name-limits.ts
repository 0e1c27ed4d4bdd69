// Refuses a stage whose names are longer than AWS allows. Otherwise the deploy would fail at the first of them, and roll back.
import { SettingsRefused } from '../core/model/errors.ts'

/** The property that names a resource, and how many characters AWS allows for it (the service's API reference). */
export const NAME_LIMITS: Record<string, { property: string; limit: number }> = {
  'AWS::CloudWatch::Alarm': { property: 'AlarmName', limit: 255 },
  'AWS::CloudWatch::Dashboard': { property: 'DashboardName', limit: 255 },
  'AWS::IAM::ManagedPolicy': { property: 'ManagedPolicyName', limit: 128 },
  'AWS::IAM::Role': { property: 'RoleName', limit: 64 },
  'AWS::Lambda::Function': { property: 'FunctionName', limit: 64 },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', limit: 512 },
  'AWS::S3::Bucket': { property: 'BucketName', limit: 63 },
  'AWS::SNS::Topic': { property: 'TopicName', limit: 256 },
  'AWS::SQS::Queue': { property: 'QueueName', limit: 80 },
  'AWS::Scheduler::Schedule': { property: 'Name', limit: 64 },
  'AWS::StepFunctions::StateMachine': { property: 'StateMachineName', limit: 80 },
}

/** What Serverless makes into resources when it packages: they are not among the resources yet. */
export interface Named {
  resources: Record<string, { Type?: string; Properties?: Record<string, unknown> }>
  functions: Record<string, { name?: string }>
  stateMachines: Record<string, { name?: string }>
}

interface Name {
  type: string
  name: string
}

/** @throws SettingsRefused that names the first name that is too long, and the longest stage for which none is */
export function checkNames(named: Named, stage: string): void {
  const names = namesOf(named).filter(({ name }) => name.includes(stage))
  const room = ({ type, name }: Name): number => (NAME_LIMITS[type]?.limit ?? 0) - name.length
  const [tightest] = names.toSorted((a, b) => room(a) - room(b))
  if (tightest === undefined || room(tightest) >= 0) return
  throw new SettingsRefused(
    `Invalid stage "${stage}": at most ${stage.length + room(tightest)} characters, received ${stage.length}. The name "${tightest.name}" has ${tightest.name.length}, and AWS allows ${NAME_LIMITS[tightest.type]?.limit} for an ${tightest.type}.`,
  )
}

function namesOf({ resources, functions, stateMachines }: Named): Name[] {
  const as = (type: string, made: Record<string, { name?: string }>) =>
    Object.values(made).map(({ name }) => ({ type, name }))
  const ofResources = Object.values(resources).map(({ Type: type = '', Properties = {} }) => ({
    type,
    name: Properties[NAME_LIMITS[type]?.property ?? ''],
  }))
  return [
    ...as('AWS::Lambda::Function', functions),
    ...as('AWS::StepFunctions::StateMachine', stateMachines),
    ...ofResources,
  ].flatMap(({ type, name }) => (typeof name === 'string' ? [{ type, name }] : []))
}
