// The ports of the handlers, made from a function's environment. A function's bundle contains only what its ports import.
// Modules that only some calls need are imported by these calls.
//   KEYSWEEP_ACCOUNT   the account that the function's own credentials belong to, and that owns the run store's bucket
//   KEYSWEEP_STORE     s3://bucket/prefix, or a directory
//   KEYSWEEP_SETTINGS  the text of keysweep.yml, put there when the stack was packaged
//   KEYSWEEP_MODE      the deployed mode, put there when the stack was packaged
//   KEYSWEEP_MACHINE   the state machine's ARN; KEYSWEEP_ORGANIZATION_MACHINE the one for organizations, if there is one
//   KEYSWEEP_TOPIC     the SNS topic for messages; KEYSWEEP_ALARM_TOPIC the one for alarms
import { DEPLOYED_MODES } from '../../core/model/closed-sets.ts'
import { SettingsRefused } from '../../core/model/errors.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { makeCommonConfig } from '../../io/aws/common-config.ts'
import { userAgentOf } from '../../io/aws/user-agent.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { PATIENT_ATTEMPTS } from '../../io/iam/client-options.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { openStore } from '../../io/store/open-store.ts'
import { makeClients } from '../../io/sts/clients.ts'
import { makeSessions } from '../../io/sts/sessions.ts'
import type {
  BrakePort,
  ExecutionPort,
  ListenPort,
  OpenRunsPort,
  Ports,
  StartPort,
  WakePort,
} from '../../steps/ports.ts'
import { storeIn } from './store-in.ts'

type Env = NodeJS.ProcessEnv

export const iamPort = (env: Env): Pick<Ports, 'iamOf'> => ({ iamOf: iamOf(env, 1) })

export const patientIamPort = (env: Env): Pick<Ports, 'patientIamOf'> => ({
  patientIamOf: iamOf(env, PATIENT_ATTEMPTS),
})

function iamOf(env: Env, attempts: number): Ports['iamOf'] {
  const optionsOf = accessIn(env)
  return makeClients({
    own: env.KEYSWEEP_ACCOUNT,
    sessions: makeSessions({ optionsOf }),
    make: ({ account, runId }, credentials) =>
      makeIam({ account, attempts, ...optionsOf(runId), ...(credentials && { credentials }) }),
  })
}

/** Options of the clients of one function. They share their connections, also those of its later calls. */
export function accessIn(env: Env) {
  const common = makeCommonConfig()
  return (runId: string | null) => ({ common, customUserAgent: userAgentOf(storeIn(env), runId) })
}

/** Not taken for `apply` where it is missing: that would release the brake. */
export const brakePort = ({ KEYSWEEP_MODE }: Env): BrakePort => ({
  deployedMode: () => {
    const mode = DEPLOYED_MODES.find((mode) => mode === KEYSWEEP_MODE)
    if (mode !== undefined) return mode
    throw new SettingsRefused(
      `Cannot tell whether keysweep is switched off: KEYSWEEP_MODE must be one of ${DEPLOYED_MODES.join(', ')}, received ${KEYSWEEP_MODE ?? 'none'}. Deploy again.`,
    )
  },
})

export const callerPort = (): Pick<StartPort, 'caller'> => ({ caller: makeCaller({ attempts: 1 }) })

/**
 * The bucket must belong to the functions' own account: after a deletion, another account could take its name.
 * @throws TypeError if the environment lacks the store; SettingsRefused if it is no location
 */
export const storePort = (env: Env): Pick<Ports, 'store'> => ({
  store: openStore(storeIn(env), env.KEYSWEEP_ACCOUNT),
})

/** For Start run: the deployed settings, the machine's other executions, and whether anybody hears of a plan. */
export const startPort = ({ KEYSWEEP_SETTINGS = '', KEYSWEEP_TOPIC: topic }: Env): Omit<StartPort, 'caller'> => ({
  settings: () => parseSettings(KEYSWEEP_SETTINGS, 'KEYSWEEP_SETTINGS'),
  otherOpenRun: async (run, keepsOut) =>
    (await import('../../io/states/executions.ts')).makeOtherOpenRun()(run, keepsOut),
  ...(topic && { unheardTopic: () => unheard(topic) }),
})

/** The topic for messages, and the one for alarms. */
export const listenPort = ({ KEYSWEEP_TOPIC, KEYSWEEP_ALARM_TOPIC }: Env): ListenPort => ({
  topicsUnheard: async () => {
    const topics = [KEYSWEEP_TOPIC, KEYSWEEP_ALARM_TOPIC].flatMap((topic) => topic || [])
    return (await Promise.all(topics.map(unheard))).filter((topic) => topic !== null).length
  },
})

const unheard = async (topic: string): Promise<string | null> =>
  (await (await import('../../io/notify/subscriptions.ts')).makeHasListener()(topic)) ? null : topic

/** The execution that Start run and Write record are called for. A missing machine in the environment fails at the call. */
export const executionPort = ({ KEYSWEEP_MACHINE: machine }: Env): ExecutionPort => ({
  execution: async (executionId) => {
    if (!machine) throw new TypeError('Cannot confirm the execution: KEYSWEEP_MACHINE is missing in the environment')
    return (await import('../../io/states/execution.ts')).makeExecution(machine)(executionId)
  },
})

/** @throws TypeError if the environment lacks the machine */
export function openRunsPort({
  KEYSWEEP_MACHINE: machine,
  KEYSWEEP_ORGANIZATION_MACHINE: organizationMachine,
}: Env): OpenRunsPort {
  if (!machine) throw new TypeError('Cannot count runs: KEYSWEEP_MACHINE is missing in the environment')
  const openRunsOf = async (arn: string) => (await import('../../io/states/executions.ts')).makeOpenRuns()(arn)
  return {
    openRuns: () => openRunsOf(machine),
    openOrganizationRuns: async () => (organizationMachine ? openRunsOf(organizationMachine) : []),
  }
}

export const wakePort = (): WakePort => ({
  wake: async (token) => (await import('../../io/states/task-tokens.ts')).makeWake()(token),
})
