// Telling people: an SNS topic in AWS.
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { NoticeFailed } from '../core/errors.ts'

/** SNS takes a subject of less than 100 characters of plain ASCII (SNS API Reference, Publish). */
const MAX_SUBJECT = 99

/** Sends a text to a topic. */
export function makeTopic(topicArn: string, options: { endpoint?: string } = {}) {
  const sns = new SNSClient({ maxAttempts: 1, region: regionOf(topicArn), ...options })
  return async (subject: string, message: string): Promise<void> => {
    const Subject = subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT)
    const sent = await sns
      .send(new PublishCommand({ TopicArn: topicArn, Subject, Message: message }))
      .catch((error: Error) => {
        throw new NoticeFailed(
          `Notice "${Subject}" not sent to ${topicArn}: ${error.name}: ${error.message.split('\n')[0]}`,
        )
      })
    // The SDK takes an empty 200 for success; a message that was taken has an id.
    if (!sent.MessageId)
      throw new NoticeFailed(`Notice "${Subject}" not sent to ${topicArn}: expected a message id, received none`)
  }
}

const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
