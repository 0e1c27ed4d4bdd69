// How people are told, from the environment: KEYSWEEP_TOPIC is the SNS topic, KEYSWEEP_API the decision API's address.
import type { Message } from '../../core/model/messages.ts'
import { messageAttributes } from '../../core/notify/message.ts'
import { messageSubject, messageText } from '../../core/texts/message-text.ts'
import type { AskPort } from '../../steps/ports.ts'
import { typedCommand, whereTyped } from './typed-command.ts'

/** @throws TypeError where the environment lacks the topic or the API's address */
export function askPort(env: NodeJS.ProcessEnv): AskPort {
  const { KEYSWEEP_TOPIC: topic, KEYSWEEP_API: api } = env
  if (!topic || !api)
    throw new TypeError(
      'Nobody can be told: expected KEYSWEEP_TOPIC and KEYSWEEP_API in the environment, received none of one of them',
    )
  return {
    notify: (message) => notifyTopic(topic, message, whereTyped(env)),
    answerCommand: (runId) => `${typedCommand(env)} approve ${runId} --api ${api}`,
  }
}

/** Tells the people on a topic. `where` says where the message's command works. @throws NoticeFailed */
export async function notifyTopic(topic: string, message: Message, where: string): Promise<void> {
  // Imported when it is called: a run on one machine tells people on its terminal.
  const { makeTopic } = await import('../../io/notify/topic.ts')
  await makeTopic(topic)(messageSubject(message), messageText(message, where), messageAttributes(message))
}
