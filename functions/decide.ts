// The decision API: shows the waiting plans, and accepts one answer to each. The approver's identity comes from AWS, which
// checked the signature (API Gateway HTTP API, IAM authorization, payload format 2.0), never from the request itself.
import * as z from 'zod'
import { isOrganizationRunId, isStoredRunId } from '../core/model/ids.ts'
import { answerRun } from '../steps/approval/answer.ts'
import { answerOrganization } from '../steps/approval/answer-organization.ts'
import { type DecidePorts, type Person, type Response, reply } from '../steps/approval/reply.ts'
import { listWaiting, showRun } from '../steps/approval/show.ts'
import { listWaitingOrganizations, showAccountPlan, showOrganization } from '../steps/approval/show-organization.ts'
import { compressed } from './lambda/compressed.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { brakePort, storePort, wakePort } from './lambda/ports.ts'

const request = z.object({
  rawPath: z.string(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    stage: z.string().optional(),
    authorizer: z.object({ iam: z.object({ userArn: z.string().min(1), userId: z.string().min(1) }) }),
  }),
})

/** A request in, a response out. Only a valid POST by a known person changes anything. */
export const makeDecide =
  (ports: DecidePorts) =>
  async (event: unknown): Promise<Response> => {
    const asked = request.safeParse(event)
    // Without an identity from AWS, the request did not come through the API.
    if (!asked.success)
      return reply(403, {
        message: 'Request refused: it has no AWS identity. Sign it with Signature Version 4.',
      })
    const { rawPath, requestContext, body = '', isBase64Encoded = false } = asked.data
    const [, root, runId, part, id, ...more] = pathOf(rawPath, requestContext.stage).split('/')
    const isId = root === 'organizations' ? isOrganizationRunId : isStoredRunId
    if (runId !== undefined && !isId(runId)) return reply(404, { message: 'Run not found: this is not a run id' })
    const parts = [root, runId && '{id}', part, id && '{account}', ...more]
    const route = `${requestContext.http.method} ${parts.filter((part) => part).join('/')}`
    const { userArn: arn, userId } = requestContext.authorizer.iam
    const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
    const answer = ROUTES[route]
    if (answer !== undefined)
      return answer(ports, { runId: runId ?? '', account: id ?? '', text, person: { arn, userId } })
    return reply(404, {
      message: `Route not found. Use one of: ${Object.keys(ROUTES)
        .map((known) => known.replace(' ', ' /'))
        .join(', ')}.`,
    })
  }

interface Requested {
  runId: string
  account: string
  text: string
  person: Person
}

/** Each route, by its method and path. */
const ROUTES: Record<string, (ports: DecidePorts, asked: Requested) => Promise<Response>> = {
  'GET runs': async ({ store, now }) => reply(200, await listWaiting(store, now())),
  'GET runs/{id}': ({ store }, { runId }) => showRun(store, runId),
  'POST runs/{id}/decision': (ports, { runId, text, person }) => answerRun(ports, runId, text, person),
  'GET organizations': async ({ store, now }) => reply(200, await listWaitingOrganizations(store, now())),
  'GET organizations/{id}': ({ store }, { runId }) => showOrganization(store, runId),
  'GET organizations/{id}/accounts/{account}': ({ store }, { runId, account }) =>
    showAccountPlan(store, runId, account),
  'POST organizations/{id}/decision': (ports, { runId, text, person }) =>
    answerOrganization(ports, runId, text, person),
}

/** rawPath begins with the name of the stage, unless that is "$default". */
const pathOf = (rawPath: string, stage: string | undefined): string =>
  stage !== undefined && stage !== '$default' && rawPath.startsWith(`/${stage}/`)
    ? rawPath.slice(stage.length + 1)
    : rawPath

export const handler = onLambda((ports: DecidePorts) => compressed(makeDecide(ports)), brakePort, storePort, wakePort)
