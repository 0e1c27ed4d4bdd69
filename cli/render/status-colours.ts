// The colour of how a run ended. Both kinds of run have the same for the ends that they share.
import type { SharedStatus } from '../../core/model/closed-sets.ts'

export type StatusColour = 'green' | 'yellow' | 'red'

export const SHARED_STATUS_COLOURS: Record<SharedStatus, StatusColour> = {
  planned: 'green',
  'nothing to do': 'green',
  'approval needed': 'yellow',
  rejected: 'yellow',
  expired: 'yellow',
  'another run is open': 'yellow',
  'switched off': 'yellow',
  refused: 'red',
  interrupted: 'yellow',
}
