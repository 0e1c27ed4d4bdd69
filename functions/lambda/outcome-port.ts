// How programs and people hear of a run's end: KEYSWEEP_EVENT_BUS is the EventBridge bus, by name or ARN, and
// KEYSWEEP_TOPIC the SNS topic.
import { NoticeFailed } from '../../core/model/errors.ts'
import type { OutcomePort } from '../../steps/ports.ts'
import { notifyTopic } from './ask-port.ts'
import { typedCommand, whereTyped } from './typed-command.ts'

/** Nothing is read here that could be missing: the record is written whether or not anybody can be told. */
export const outcomePort = ({ KEYSWEEP_EVENT_BUS, KEYSWEEP_TOPIC, ...env }: NodeJS.ProcessEnv): OutcomePort => ({
  publish: async (events) => {
    // Imported when it is called: a run on one machine has no bus.
    const { makeEventBus } = await import('../../io/notify/event-bus.ts')
    await makeEventBus(KEYSWEEP_EVENT_BUS || 'default')(events)
  },
  notifyOutcome: async (message) => {
    if (!KEYSWEEP_TOPIC)
      throw new NoticeFailed('Nobody can be told: expected KEYSWEEP_TOPIC in the environment, received none')
    await notifyTopic(KEYSWEEP_TOPIC, message, whereTyped(env))
  },
  showCommand: (runId, location) => `${typedCommand(env)} show ${runId} --store ${location}`,
})
