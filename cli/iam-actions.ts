// The IAM actions that a run calls and what each can be limited to (AWS Service Authorization Reference, IAM).
// GetCallerIdentity needs no permission.
export const IAM_ACTIONS: Record<string, 'account' | 'user'> = {
  GenerateCredentialReport: 'account',
  GetCredentialReport: 'account',
  ListAccessKeys: 'user',
  GetAccessKeyLastUsed: 'user',
  ListUserTags: 'user',
  GetUser: 'user',
  UpdateAccessKey: 'user',
}

/** Actions that a run needs only with --apply. */
export const IN_APPLY_ONLY = ['GetUser', 'UpdateAccessKey']
