// The decision API: shows the waiting plans, and accepts one answer to each. The approver's identity comes from AWS, which
// checked the signature (API Gateway HTTP API, IAM authorization, payload format 2.0), never from the request itself.
import * as z from 'zod'
import { isStoredRunId } from '../core/model/ids.ts'
import { answerRun } from '../steps/approval/answer.ts'
import { type DecidePorts, type Response, reply } from '../steps/approval/reply.ts'
import { listWaiting, showRun } from '../steps/approval/show.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort, wakePort } from './lambda/ports.ts'

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
    const [, root, runId, decision, ...more] = pathOf(rawPath, requestContext.stage).split('/')
    const route = `${requestContext.http.method} ${[root, runId && '{id}', decision, ...more].filter((part) => part).join('/')}`
    if (runId !== undefined && !isStoredRunId(runId))
      return reply(404, { message: 'Run not found: this is not a run id' })
    const { userArn: arn, userId } = requestContext.authorizer.iam
    const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
    switch (route) {
      case 'GET runs':
        return reply(200, await listWaiting(ports.store, ports.now()))
      case 'GET runs/{id}':
        return showRun(ports.store, runId ?? '')
      case 'POST runs/{id}/decision':
        return answerRun(ports, runId ?? '', text, { arn, userId })
      default:
        return reply(404, { message: 'Route not found. Use GET /runs, GET /runs/{id} or POST /runs/{id}/decision.' })
    }
  }

/** rawPath begins with the name of the stage, unless that is "$default". */
const pathOf = (rawPath: string, stage: string | undefined): string =>
  stage !== undefined && stage !== '$default' && rawPath.startsWith(`/${stage}/`)
    ? rawPath.slice(stage.length + 1)
    : rawPath

export const handler = onLambda(makeDecide, storePort, wakePort)
