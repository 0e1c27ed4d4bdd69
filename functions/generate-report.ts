// Generate report: one attempt to get a COMPLETE credential report.
import * as z from 'zod'
import { ReportNotReady } from '../core/model/errors.ts'
import { READ } from '../io/sts/iam-use.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { inForce } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { iamPort, storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string(), attempt: z.number().int().min(0), maxAttempts: z.number().int().min(1) })

/** @throws PassRefused; ReportNotReady after `maxAttempts`; MemberRoleDenied; AccountRefused; and what IAM and the run store throw */
export const makeGenerateReport = (ports: Pick<Ports, 'iamOf' | 'store'>) =>
  withPass(ports, payload, async ({ attempt, maxAttempts }, input) => {
    if (attempt >= maxAttempts) {
      throw new ReportNotReady(`Credential report not COMPLETE after ${attempt} of ${maxAttempts} attempts`)
    }
    return { state: await ports.iamOf(inForce(input), READ).generateReport(), attempt: attempt + 1 }
  })

export const handler = onLambda(makeGenerateReport, iamPort, storePort)
