// AWS answers a wrong signature with the whole request that it expected, session token and all.
import type { ActionName } from '../../demo/actions.ts'
import { CANARIES } from '../support/canaries.ts'
import { ASKED_ACTIONS } from './asked-actions.ts'
import { complaints } from './judge.ts'
import { openScene, type SceneName } from './scenes.ts'

export const ACTION_NAMES = ASKED_ACTIONS

/** In AWS's own words, with what they go on to print. */
export const SIGNATURE_REFUSED = [
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  '',
  'The Canonical String for this request should have been',
  `'POST\n/\n\nhost:iam.amazonaws.com\nx-amz-date:20260911T120000Z\nx-amz-security-token:${CANARIES.session}\n`,
  `The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260911T120000Z\n${'5'.repeat(64)}'`,
].join('\n')

export const wrongSignature = (action: ActionName) =>
  ({
    action,
    kind: 'error',
    error: { code: 'SignatureDoesNotMatch', status: 403, message: SIGNATURE_REFUSED },
  }) as const

/** What is wrong with a run of which IAM refuses the signature of one action; the judge looks for secrets in all that it said and kept. */
export async function complaintsWithoutSignature(name: SceneName, action: ActionName): Promise<string[]> {
  const scene = await openScene(name)
  scene.world.endpoint.fault(wrongSignature(action))
  return complaints(scene, await scene.run())
}
