// CloudTrail's event history where nobody changed a key.
import type { TrailPort } from '../../steps/ports.ts'

export const quietTrail: TrailPort = {
  trailOf: () => ({ updatesOfKeys: async () => ({ events: [], nextToken: null }) }),
}
