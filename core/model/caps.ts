// A cap of the policy that a run's stale keys are over, as data. The caps themselves are fields of the policy.

export type OverCap =
  | { cap: 'maxKeys'; stale: number; allowed: number }
  /** `allowed`: percent of `activeKeys`, which leaves out the root user and users exempt by name or path. */
  | { cap: 'maxPercent'; stale: number; activeKeys: number; allowed: number }
