// The S3 client of the run store: how long it waits, how often it tries, and how it addresses a bucket.
import { S3Client } from '@aws-sdk/client-s3'
import { beginsWithin } from '../aws/whole-answer.ts'

export interface S3Where {
  /** Where S3 is asked, instead of what the environment and the profile say. */
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

export interface S3Patience {
  /** Attempts of each request, the first included. */
  attempts: number
  /** Time limit of one attempt until its answer begins; the SDK has none of its own. */
  timeoutMilliseconds: number
}

/** An S3 client with the environment's credentials, Region and endpoint, found as every AWS tool finds them. */
export function makeS3Client(where: S3Where, { attempts, timeoutMilliseconds }: S3Patience): S3Client {
  const client = new S3Client({
    ...where,
    maxAttempts: attempts,
    retryMode: 'standard',
    ...beginsWithin(timeoutMilliseconds),
  })
  addressAsTheCliDoes(client)
  return client
}

/**
 * AWS itself is asked at https://bucket.s3.region.amazonaws.com/key. An endpoint that somebody named (AWS_ENDPOINT_URL,
 * AWS_ENDPOINT_URL_S3, `endpoint_url` in the profile) is asked at http://endpoint/bucket/key, as the AWS CLI does it:
 * bucket.localhost and the like resolve nowhere.
 */
function addressAsTheCliDoes({ config }: S3Client): void {
  const resolve = config.endpointProvider
  config.endpointProvider = (params, context) =>
    resolve(params.Endpoint === undefined ? params : { ...params, ForcePathStyle: true }, context)
}
