// How people are told, from the environment: KEYSWEEP_TOPIC is the SNS topic, KEYSWEEP_API the decision API's address.
import { type Notice, noticeAttributes, noticeSubject, noticeText } from '../../core/notify/message.ts'
import type { NoticePort } from '../../steps/ports.ts'
import { typedCommand, whereTyped } from './typed-command.ts'

/** @throws TypeError where the environment lacks the topic or the API's address */
export function noticePorts(env: NodeJS.ProcessEnv): NoticePort {
  const { KEYSWEEP_TOPIC: topic, KEYSWEEP_API: api } = env
  if (!topic || !api)
    throw new TypeError(
      'Nobody can be told: expected KEYSWEEP_TOPIC and KEYSWEEP_API in the environment, received none of one of them',
    )
  return {
    notify: (notice) => notifyTopic(topic, notice, whereTyped(env)),
    answerCommand: (runId) => `${typedCommand(env)} approve ${runId} --api ${api}`,
  }
}

/** Tells the people on a topic. `where` says where the notice's command works. @throws NoticeFailed */
export async function notifyTopic(topic: string, notice: Notice, where: string): Promise<void> {
  // Imported when it is called: a run on one machine tells people on its terminal.
  const { makeTopic } = await import('../../io/notify/topic.ts')
  await makeTopic(topic)(noticeSubject(notice), noticeText(notice, where), noticeAttributes(notice))
}
