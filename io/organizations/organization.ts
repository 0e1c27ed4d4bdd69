// AWS Organizations, as far as it is needed: which accounts there are, where they stand, and their tags.

export interface OrganizationAccount {
  account: string
  /** null: Organizations has none. */
  name: string | null
  /**
   * Organizations' State, such as ACTIVE. Never its Status, which AWS retired in September 2026. null: the answer has none, so
   * nobody knows whether the account is open; older endpoints and moto answer so.
   */
  state: string | null
  /** "o-…/r-…/ou-…/<account>/"; null: the answer has none, so nobody knows in which organizational unit the account is. */
  path: string | null
  /** When the account joined, ISO 8601; null: not known. */
  joinedAt: string | null
}

/** Every answer is checked. All calls throw OrganizationDenied and OrganizationUnavailable. */
export interface Organization {
  /** Every account, once, the management account included. An incomplete list is an error. */
  accounts(): Promise<OrganizationAccount[]>
  /** All tags of an account. */
  tagsOf(account: string): Promise<Record<string, string>>
  /** The organization's id, and the account that manages it. */
  managementAccount(): Promise<{ organizationId: string; managementAccount: string }>
}
