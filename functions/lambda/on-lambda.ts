// Wires a handler to its real ports on its first call, so that importing the file reads no environment and opens nothing.
// Each handler names the ports it needs: what no port of it imports is not in its bundle.

import type { Ports } from '../../steps/ports.ts'
import { type LambdaHandler, observed } from './observe.ts'

type Handler<Answer> = (event: unknown) => Promise<Answer>
type PortMaker = (env: NodeJS.ProcessEnv) => object
type Clock = Pick<Ports, 'now' | 'pause'>

/** All of what the makers make, and the clock. */
type Joined<Makers extends PortMaker[]> = Clock & Intersection<ReturnType<Makers[number]>>
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

const CLOCK: Clock = {
  now: () => new Date(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

/** The Lambda handler of `make`, on what `makers` read from the environment: made once, on the first call. */
export function onLambda<Answer, Makers extends PortMaker[]>(
  make: (ports: Joined<Makers>) => Handler<Answer>,
  ...makers: Makers
): LambdaHandler<Answer> {
  let handler: Handler<Answer> | undefined
  return observed(async (event) => {
    handler ??= make(Object.assign({}, CLOCK, ...makers.map((maker) => maker(process.env))))
    return handler(event)
  })
}
