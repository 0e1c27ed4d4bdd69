// The credential report read in the dumbest way: by counting columns from the end, where no comma can be.
import type { ReportSlot } from '../../core/model/facts.ts'

export interface ReportedUser {
  path: string
  activeKeys: number
  /** Without slots whose state the report does not say: those that caps count. */
  surelyActive: number
  slots: ReportSlot[]
  userCreatedAt: string
}

/** What a report of the local endpoint's says of each user but root. */
export function reportedUsers(csv: string): Map<string, ReportedUser> {
  const users = new Map<string, ReportedUser>()
  for (const line of csv.split('\n').slice(2)) {
    const arn = /arn:aws:iam::\d{12}:user(\/(?:[^",]*\/)?)([^"/]*?)"?,(\d{4}-[^,]*)/.exec(line)
    if (arn === null) continue
    const cells = line.split(',').slice(-14)
    const slots = ([1, 2] as const).map((slot): ReportSlot => {
      const [active = '', rotated = '', used = ''] = cells.slice(slot === 1 ? 0 : 5)
      const date = (text: string) => (Number.isNaN(Date.parse(text)) ? null : text)
      return {
        slot,
        active: active.toLowerCase() !== 'false',
        lastRotatedAt: date(rotated),
        lastUsedAt: date(used),
        lastUsedService: null,
        unknown: [],
      }
    })
    const [, path = '', user = '', userCreatedAt = ''] = arn
    const activeKeys = slots.filter(({ active }) => active).length
    const surelyActive = [cells[0], cells[5]].filter((state) => state?.toLowerCase() === 'true').length
    users.set(user, { path, activeKeys, surelyActive, slots, userCreatedAt })
  }
  return users
}
