// Connects a handler to its real ports at its first call, so that an import reads no environment and opens nothing. Each
// handler names the ports that it needs. Its bundle contains only what these ports import.

import type { Ports } from '../../steps/ports.ts'
import { type LambdaHandler, observed } from './observe.ts'

type Handler<Answer> = (event: unknown) => Promise<Answer>
type PortMaker = (env: NodeJS.ProcessEnv) => object
type Clock = Pick<Ports, 'now' | 'pause'>

/** All ports of the makers, and the clock. */
type Joined<Makers extends PortMaker[]> = Clock & Intersection<ReturnType<Makers[number]>>
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

const CLOCK: Clock = {
  now: () => new Date(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

/** The Lambda handler of `make`, with the ports that `makers` make of the environment. It is made once, at the first call. */
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
