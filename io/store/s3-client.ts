// The S3 client of the run store: its time limits, its attempts, and how it addresses a bucket.
import { S3Client } from '@aws-sdk/client-s3'
import { OWN_AGENT } from '../aws/user-agent.ts'
import { beginsWithin } from '../aws/whole-answer.ts'

export interface S3Where {
  /** Overrides the endpoint of the environment and the profile. */
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

export interface S3Patience {
  /** Attempts of each request, including the first. */
  attempts: number
  /** Time limit of one attempt until its answer begins; the SDK has no default. */
  timeoutMilliseconds: number
}

/** Credentials, Region and endpoint come from the environment, as for every AWS tool. */
export function makeS3Client(where: S3Where, { attempts, timeoutMilliseconds }: S3Patience): S3Client {
  const client = new S3Client({
    customUserAgent: OWN_AGENT,
    ...where,
    maxAttempts: attempts,
    retryMode: 'standard',
    ...beginsWithin(timeoutMilliseconds),
  })
  addressAsTheCliDoes(client)
  return client
}

/**
 * AWS gets requests at https://bucket.s3.region.amazonaws.com/key. A configured endpoint (AWS_ENDPOINT_URL,
 * AWS_ENDPOINT_URL_S3, `endpoint_url` in the profile) gets them at http://endpoint/bucket/key, as with the AWS CLI: names
 * like bucket.localhost often do not resolve.
 */
function addressAsTheCliDoes({ config }: S3Client): void {
  const resolve = config.endpointProvider
  config.endpointProvider = (params, context) =>
    resolve(params.Endpoint === undefined ? params : { ...params, ForcePathStyle: true }, context)
}
