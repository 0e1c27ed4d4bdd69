// Keys that will be stale soon: what changes the day, and what does not.

/**
 * "within 14 days, unless used". A use moves the day of the unused rule, and not that of the rotation rule.
 * @param rotationDays of the policy; null: that rule is off
 */
export const staleSoonText = (warnDays: number, rotationDays: number | null): string =>
  rotationDays === null
    ? `within ${warnDays} days, unless used`
    : `within ${warnDays} days, unless used; because of their age also if used`
