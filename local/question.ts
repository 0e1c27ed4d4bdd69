// Asks for approval on this machine: prints the message on the terminal and takes answers until the run continues.

import { NoticeFailed } from '../core/model/errors.ts'
import type { ApprovalWanted, OrganizationApprovalWanted } from '../core/model/messages.ts'
import { messageText } from '../core/texts/message-text.ts'
import { plain, plainLine } from '../core/texts/plain.ts'
import type { EngineEvent } from '../engine/step-functions.ts'
import { makeDecide } from '../functions/decide.ts'
import type { DecidePorts, Person } from '../steps/approval/reply.ts'
import type { AskPort } from '../steps/ports.ts'
import { type AnswerServer, serveDecisions } from './answer-server.ts'
import { localPerson } from './local-person.ts'
import { forgetKilledRuns, forgetOpenRun, noteOpenRun } from './open-run.ts'

export interface Question {
  /** @throws NoticeFailed */
  notify: AskPort<ApprovalWanted | OrganizationApprovalWanted>['notify']
  /** Stops asking on this terminal, because the run has continued. The API still answers, with the stored decision. */
  stopAskingHere(): void
  /** Stops the API and deletes the note of the run. */
  close(): Promise<void>
}

/** Asks on this terminal; called once, when the run waits. The signal is aborted when no answer is needed any more. */
export type AskHere = (decide: ReturnType<typeof makeDecide>, person: Person, signal: AbortSignal) => Promise<void>

/** Whether the state that asks has ended. The terminal is free again before that is printed. */
export const hasLeft = (event: EngineEvent, state: string): boolean =>
  (event.type === 'StateExited' || event.type === 'StateCaught') && event.state === state

export interface QuestionOptions {
  ports: DecidePorts
  /** The directory for the note of the waiting run. */
  stateDir: string
  print: (line: string) => void
  askHere?: AskHere | undefined
}

/** Nothing is asked until `notify` is called. */
export function makeQuestion({ ports, stateDir, print, askHere }: QuestionOptions): Question {
  const stop = new AbortController()
  const decide = makeDecide(ports)
  const person = localPerson()
  let server: AnswerServer | null = null
  let asking: Promise<void> = Promise.resolve()
  let asked: string | null = null

  async function open({ runId, kind }: ApprovalWanted | OrganizationApprovalWanted): Promise<void> {
    const onFault = ({ message }: Error) =>
      print(plain(`keysweep: A request to the decision API of this run failed: ${message}`))
    server ??= await serveDecisions(decide, person, onFault)
    await forgetKilledRuns(stateDir)
    const organization = kind === 'organization approval wanted' && ({ organization: true } as const)
    await noteOpenRun(stateDir, { runId, url: server.url, secret: server.secret, ...organization })
    asked = runId
  }
  return {
    async notify(message) {
      // A retry of the task: the approval is already requested.
      if (asked !== null) return
      await open(message).catch((error: Error) => {
        throw new NoticeFailed(
          `Cannot ask for approval: ${error.message}. A run must be able to listen on 127.0.0.1 and to write to ${stateDir}.`,
          { cause: error },
        )
      })
      for (const line of messageText(message).split('\n')) print(plainLine(line))
      asking = askHere?.(decide, person, stop.signal) ?? asking
      // close() awaits it and throws its error.
      asking.catch(() => {})
    },
    stopAskingHere: () => stop.abort(),
    async close() {
      stop.abort()
      if (asked !== null) await forgetOpenRun(stateDir, asked)
      await server?.close()
      await asking
    },
  }
}
