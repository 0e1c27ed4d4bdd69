// Why a run was refused, said once: most messages of refusals say "refused" themselves.

const SAYS_REFUSED = /^[^:]* refused: /

/** "Report refused: it is empty", or "Refused: GetCredentialReport: AccessDenied: …". */
export const refusalText = (message: string): string => (SAYS_REFUSED.test(message) ? message : `Refused: ${message}`)

/** The same with the run that was refused: "Run r refused: GetCredentialReport: AccessDenied: …". */
export function runRefusedText(runId: string, message: string): string {
  if (message.startsWith(`Run ${runId} `)) return message
  return SAYS_REFUSED.test(message) ? `Run ${runId}: ${message}` : `Run ${runId} refused: ${message}`
}
