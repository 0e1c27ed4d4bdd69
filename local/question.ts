// A run's question to people, on this machine: says on the terminal what waits, and takes answers until the run goes on.

import { NoticeFailed } from '../core/model/errors.ts'
import type { ApprovalWanted } from '../core/model/messages.ts'
import { messageText } from '../core/texts/message-text.ts'
import { plain, plainLine } from '../core/texts/plain.ts'
import { makeDecide } from '../functions/decide.ts'
import type { DecidePorts, Person } from '../steps/approval/reply.ts'
import type { AskPort } from '../steps/ports.ts'
import { type AnswerServer, serveDecisions } from './answer-server.ts'
import { localPerson } from './local-person.ts'
import { forgetKilledRuns, forgetOpenRun, noteOpenRun } from './open-run.ts'

export interface Question extends Pick<AskPort, 'notify'> {
  /** The run has gone on: nobody is asked on this terminal any more. Who asks the API is told what stands. */
  stopAskingHere(): void
  /** Nobody is answered any more, and nothing is left of the way to ask. */
  close(): Promise<void>
}

/** Asks here, too: called once, when the run waits. The signal is aborted when the question is over. */
export type AskHere = (decide: ReturnType<typeof makeDecide>, person: Person, signal: AbortSignal) => Promise<void>

export interface QuestionOptions {
  ports: DecidePorts
  /** Where the note of an open run is kept. */
  stateDir: string
  print: (line: string) => void
  askHere?: AskHere | undefined
}

/** A question that is not asked yet. */
export function makeQuestion({ ports, stateDir, print, askHere }: QuestionOptions): Question {
  const stop = new AbortController()
  const decide = makeDecide(ports)
  const person = localPerson()
  let server: AnswerServer | null = null
  let asking: Promise<void> = Promise.resolve()
  let asked: string | null = null

  async function open({ runId }: ApprovalWanted): Promise<void> {
    const onFault = ({ message }: Error) => print(plain(`keysweep: a question could not be answered: ${message}`))
    server ??= await serveDecisions(decide, person, onFault)
    await forgetKilledRuns(stateDir)
    await noteOpenRun(stateDir, { runId, url: server.url, secret: server.secret })
    asked = runId
  }
  return {
    async notify(message) {
      // A retry of the task asks again what is asked already.
      if (asked !== null) return
      await open(message).catch((error: Error) => {
        throw new NoticeFailed(
          `Nobody can be asked: expected to listen on 127.0.0.1 and to write in ${stateDir}, received ${error.message}`,
          { cause: error },
        )
      })
      for (const line of messageText(message).split('\n')) print(plainLine(line))
      asking = askHere?.(decide, person, stop.signal) ?? asking
      // What goes wrong with it is told by close().
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
