// The template of member accounts in moto's CloudFormation: conditions, lists and joins come to the same roles as in the tests
// that put them to the simulator.
import { CreateRoleCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { memberRoles, templateText } from '../project/member-template.ts'
import { REGION } from './deployed.ts'
import { MAKER } from './iam-target.ts'
import { MOTO_ACCOUNT, type Moto, startMoto } from './moto-server.ts'

const HUB = '111122223333'

let moto: Moto
let iam: IAMClient
beforeAll(async () => {
  moto = await startMoto()
  iam = new IAMClient({ endpoint: moto.url, region: REGION, credentials: MAKER })
})
afterAll(async () => {
  iam.destroy()
  await moto.stop()
})

/** A call as AWS's clients make it, but for the signature, which moto does not look at. @throws Error with moto's answer */
async function cloudFormation(Action: string, params: Record<string, string>): Promise<void> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${MAKER.accessKeyId}/20260911/${REGION}/cloudformation/aws4_request, SignedHeaders=host, Signature=0`
  const body = new URLSearchParams({ Action, Version: '2010-05-15', StackName: 'keysweep-member', ...params })
  const answer = await fetch(moto.url, { method: 'POST', headers: { authorization }, body })
  if (!answer.ok) throw new Error(`${Action}: ${answer.status} ${(await answer.text()).slice(0, 2000)}`)
}

const parametersOf = (given: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value], n) => [
      [`Parameters.member.${n + 1}.ParameterKey`, key],
      [`Parameters.member.${n + 1}.ParameterValue`, value],
    ]),
  )

/**
 * IAM gives policies as URL-encoded JSON. Where CloudFormation made a role, moto gives the text of a Python dictionary, with
 * None where AWS::NoValue takes an element away.
 */
function documentIn(text = ''): unknown {
  const decoded = decodeURIComponent(text)
  if (!decoded.startsWith("{'")) return JSON.parse(decoded)
  return JSON.parse(
    decoded
      .replaceAll("'", '"')
      .replaceAll('False', 'false')
      .replaceAll(/, None(?=\])/g, ''),
  )
}

describe('a stack of the template', () => {
  it.each<[string, Record<string, string>]>([
    ['with the hub alone', { HubAccount: HUB }],
    [
      'in an organization, with exempt paths',
      { HubAccount: HUB, OrganizationId: 'o-a1b2c3d4e5', ExemptPaths: '/service/,/robots/' },
    ],
    [
      'that trusts others',
      {
        HubAccount: HUB,
        Stage: 'dev',
        TrustedToRead: `arn:aws:iam::${HUB}:role/a,arn:aws:iam::${HUB}:role/b`,
        TrustedToReactivate: `arn:aws:iam::${HUB}:user/c`,
        ExemptPaths: '/',
      },
    ],
  ])('%s makes the roles as they are simulated', async (_, given) => {
    await cloudFormation('CreateStack', { TemplateBody: templateText, ...parametersOf(given) })
    for (const [RoleName, { trust, policies }] of Object.entries(memberRoles(MOTO_ACCOUNT, given))) {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
      expect(documentIn(Role?.AssumeRolePolicyDocument)).toEqual(trust)
      for (const { name: PolicyName, policy } of policies) {
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
        expect(documentIn(PolicyDocument)).toEqual(policy)
      }
    }
    await cloudFormation('DeleteStack', {})
  })

  it('leaves no role behind', async () => {
    for (const RoleName of Object.keys(memberRoles(MOTO_ACCOUNT, { HubAccount: HUB }))) {
      // IAM would refuse a name that is taken.
      const made = iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{}' }))
      await expect(made).resolves.toMatchObject({ Role: { RoleName } })
    }
  })
})
