// Step Functions, SNS and EventBridge over this machine's loopback address, as far as functions ask them. Behind the first are
// executions of this process.
import { type Execution, InvalidToken, TaskTimedOut } from '../../engine/step-functions.ts'
import { type AwsAnswer, type AwsRequest, startLoopbackAws } from '../support/loopback-aws.ts'

const xml = (body: string): AwsAnswer => ({ status: 200, body, headers: { 'content-type': 'text/xml' } })
const json = (body: object, status = 200): AwsAnswer => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
})

/** @returns the address; the executions are those that are open or ended, the newest last */
export const startOthers = async (executions: Execution[]): Promise<string> =>
  (await startLoopbackAws((request) => answerTo(request, executions))).url

function answerTo({ headers, body }: AwsRequest, executions: Execution[]): AwsAnswer {
  const operation = String(headers['x-amz-target'] ?? '').split('.')[1]
  if (operation === undefined) return answerOfTopic(new URLSearchParams(body).get('Action'))
  const asked = JSON.parse(body)
  switch (operation) {
    case 'PutEvents':
      return json({ FailedEntryCount: 0, Entries: asked.Entries.map((_: unknown, n: number) => ({ EventId: `${n}` })) })
    case 'DescribeExecution':
      return describe(executions, asked.executionArn)
    case 'ListExecutions':
      return json({ executions: running(executions, asked.stateMachineArn) })
    case 'SendTaskSuccess':
      return wake(executions, asked.taskToken, asked.output)
    default:
      return json({ __type: 'UnknownOperationException' }, 400)
  }
}

function answerOfTopic(action: string | null): AwsAnswer {
  if (action === 'Publish')
    return xml('<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>')
  const subscription = 'arn:aws:sns:eu-west-1:111122223333:topic:8f1c5a0e'
  return xml(
    `<R><ListSubscriptionsByTopicResult><Subscriptions><member><SubscriptionArn>${subscription}</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></R>`,
  )
}

const seconds = (at: Date) => at.getTime() / 1000

function describe(executions: Execution[], arn: string): AwsAnswer {
  const described = executions.map((one) => one.describe()).find(({ executionArn }) => executionArn === arn)
  if (described === undefined) return json({ __type: 'ExecutionDoesNotExist' }, 400)
  const { executionArn, stateMachineArn, name, status, startDate, input } = described
  const shown = { executionArn, stateMachineArn, name, status, startDate: seconds(startDate) }
  return json({ ...shown, input: JSON.stringify(input) })
}

const running = (executions: Execution[], machine: string) =>
  executions
    .map((one) => one.describe())
    .filter(({ stateMachineArn, status }) => stateMachineArn === machine && status === 'RUNNING')
    .map(({ executionArn, name, startDate }) => ({ executionArn, name, startDate: seconds(startDate) }))

function wake(executions: Execution[], token: string, output: string): AwsAnswer {
  for (const one of executions) {
    try {
      one.sendTaskSuccess(token, output)
      return json({})
    } catch (error) {
      if (!(error instanceof TaskTimedOut || error instanceof InvalidToken)) throw error
    }
  }
  return json({ __type: 'InvalidToken' }, 400)
}
