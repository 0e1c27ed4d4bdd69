// What the handlers need from the world, handed to them: IAM, the run store, the clock. Nothing here is kept between
// calls but the connections.

import type { Settings } from '../core/settings.ts'
import type { Iam } from '../io/iam.ts'
import type { RunStore } from '../io/run-store.ts'

export interface Ports {
  /** For calls that the state machine retries: each is made once. */
  iam: Iam
  /** For the many reads of Check suspects: each call is retried where the pace is known. */
  patientIam: Iam
  store: RunStore
  now: () => Date
  /** Waits; tests hand in a clock of their own. */
  pause: (milliseconds: number) => Promise<void>
  /** The deployed settings. @throws SettingsRefused */
  settings: () => Settings
}
