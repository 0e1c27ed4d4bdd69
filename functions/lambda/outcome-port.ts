// Notifies programs and people of a run's end. KEYSWEEP_EVENT_BUS is the EventBridge bus, by name or ARN; KEYSWEEP_TOPIC is
// the SNS topic.
import { NoticeFailed } from '../../core/model/errors.ts'
import type { Message } from '../../core/model/messages.ts'
import type { OutcomePort } from '../../steps/ports.ts'
import { notifyTopic } from './ask-port.ts'
import { typedCommand, whereTyped } from './typed-command.ts'

/** Throws nothing for missing variables: the record is written even if nobody can be notified. */
export const outcomePort = ({
  KEYSWEEP_EVENT_BUS,
  KEYSWEEP_TOPIC,
  ...env
}: NodeJS.ProcessEnv): OutcomePort<Message> => ({
  publish: async (events) => {
    // Imported at the first call: a run on one machine has no bus.
    const { makeEventBus } = await import('../../io/notify/event-bus.ts')
    await makeEventBus(KEYSWEEP_EVENT_BUS || 'default')(events)
  },
  notifyOutcome: async (message) => {
    if (!KEYSWEEP_TOPIC) throw new NoticeFailed('Cannot notify people: KEYSWEEP_TOPIC is missing in the environment')
    await notifyTopic(KEYSWEEP_TOPIC, message, whereTyped(env))
  },
  showCommand: (runId, location) => `${typedCommand(env)} show ${runId} --store ${location}`,
})
