// Generate report: one attempt to get a COMPLETE credential report.
import * as z from 'zod'
import { ReportNotReady } from '../core/model/errors.ts'
import type { Ports } from '../steps/ports.ts'
import { readInput } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { iamPort, storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string(), attempt: z.number().int().min(0), maxAttempts: z.number().int().min(1) })

/** @throws ReportNotReady after `maxAttempts`; AccountRefused; and what IAM and the run store throw */
export const makeGenerateReport =
  ({ iamOf, store }: Pick<Ports, 'iamOf' | 'store'>) =>
  async (event: unknown) => {
    const { runId, attempt, maxAttempts } = payload.parse(event)
    if (attempt >= maxAttempts) {
      throw new ReportNotReady(`Credential report not COMPLETE after ${attempt} of ${maxAttempts} attempts`)
    }
    const { account } = await readInput(store, runId)
    return { state: await iamOf(account, runId).generateReport(), attempt: attempt + 1 }
  }

export const handler = onLambda(makeGenerateReport, iamPort, storePort)
