// Asks people for approval. From the environment: KEYSWEEP_TOPIC is the SNS topic, KEYSWEEP_API the decision API's URL.
import type { Message } from '../../core/model/messages.ts'
import { messageAttributes } from '../../core/notify/message.ts'
import { messageSubject, messageText } from '../../core/texts/message-text.ts'
import type { AskPort } from '../../steps/ports.ts'
import { typedCommand, whereTyped } from './typed-command.ts'

/** @throws TypeError if the environment lacks the topic or the API */
export function askPort(env: NodeJS.ProcessEnv): AskPort<Message> {
  const { KEYSWEEP_TOPIC: topic, KEYSWEEP_API: api } = env
  if (!topic || !api)
    throw new TypeError('Cannot ask for approval: KEYSWEEP_TOPIC or KEYSWEEP_API is missing in the environment')
  return {
    notify: (message) => notifyTopic(topic, message, whereTyped(env)),
    answerCommand: (runId) => `${typedCommand(env)} approve ${runId} --api ${api}`,
  }
}

/** Sends a message to a topic. `where` says where the message's command works. @throws NoticeFailed */
export async function notifyTopic(topic: string, message: Message, where: string): Promise<void> {
  // Imported at the first call: a run on one machine has no topic.
  const { makeTopic } = await import('../../io/notify/topic.ts')
  await makeTopic(topic)(messageSubject(message), messageText(message, where), messageAttributes(message))
}
