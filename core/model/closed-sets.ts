// The closed sets: what a value may be, and nothing else.

export type Mode = 'plan' | 'apply'

export type Approval = 'always' | 'over-cap' | 'never'

export type Rule = 'unused' | 'rotation'

export type Outcome = 'deactivated' | 'reactivated' | 'skipped' | 'failed'

export type Status =
  | 'planned'
  | 'nothing to do'
  | 'deactivated'
  | 'reactivated'
  | 'some keys failed'
  | 'over cap'
  | 'approval needed'
  | 'rejected'
  | 'expired'
  | 'another run is open'
  | 'refused'
  | 'interrupted'
