// How the waiting machine is woken, in AWS.
import { makeWake } from '../io/task-tokens.ts'
import type { WakePort } from './ports.ts'

export const wakePort = (): WakePort => ({ wake: makeWake() })
