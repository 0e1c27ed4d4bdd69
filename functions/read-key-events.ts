// Read key events: who set which key Active, from CloudTrail's event history. It reads in shares, as Check suspects does. A
// history that cannot be read is no witness; that ends the run only if the settings require one.
import * as z from 'zod'
import { foldKeyEvents } from '../core/judge/key-events.ts'
import type { EventsShare } from '../core/model/documents/events.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { newRound, readPages } from '../steps/event-history.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports, TrailPort } from '../steps/ports.ts'
import { documents, inForce, need, put, read, readEvents } from '../steps/run-documents.ts'
import { refuseWithoutWitness } from '../steps/second-witness.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'
import { trailPort } from './lambda/trail-port.ts'

const payload = z.object({ runId: z.string(), next: z.number().int().min(0) })

type ReadPorts = Pick<Ports, 'store' | 'now' | 'pause'> & TrailPort

/** @throws PassRefused; NoSecondWitness if the settings require one; AccountRefused; and what the run store throws */
export const makeReadKeyEvents = (ports: ReadPorts) =>
  withPass(ports, payload, async ({ runId, next }, input) => {
    const ref = documents.events(runId, next)
    const run = inForce(input)
    const share = (await read(ports.store, ref)) ?? (await put(ports.store, ref, await readShare(ports, run, next)))
    const done = share.witness !== null
    if (done) refuseWithoutWitness(run, foldKeyEvents(await readEvents(ports.store, runId)).witness)
    return { next: next + 1, done }
  })

async function readShare(ports: ReadPorts, run: RunInput, n: number): Promise<EventsShare> {
  const previous = n === 0 ? null : await need(ports.store, documents.events(run.runId, n - 1))
  const begin = previous?.witness === null ? previous : newRound(previous, ports.now())
  const { round, from, to } = begin
  return { n, round, from, to, ...(await readPages(ports, ports.trailOf(run), begin)) }
}

export const handler = onLambda(makeReadKeyEvents, trailPort, storePort)
