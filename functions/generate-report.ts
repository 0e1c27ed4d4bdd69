// Generate report: one attempt at having a COMPLETE credential report.
import * as z from 'zod'
import { ReportNotReady } from '../core/model/errors.ts'
import type { Ports } from '../steps/ports.ts'
import { iamPort } from './lambda/iam-ports.ts'
import { onLambda } from './lambda/on-lambda.ts'

const payload = z.object({ runId: z.string(), attempt: z.number().int().min(0), maxAttempts: z.number().int().min(1) })

/** @throws ReportNotReady after `maxAttempts`, and what IAM throws. */
export const makeGenerateReport =
  ({ iam }: Pick<Ports, 'iam'>) =>
  async (event: unknown) => {
    const { attempt, maxAttempts } = payload.parse(event)
    if (attempt >= maxAttempts) {
      throw new ReportNotReady(
        `The credential report never became COMPLETE: expected it within ${maxAttempts} attempts, received ${attempt} other answers`,
      )
    }
    return { state: await iam.generateReport(), attempt: attempt + 1 }
  }

export const handler = onLambda(makeGenerateReport, iamPort)
