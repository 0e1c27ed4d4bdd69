// How one call to S3 is made for a run store: within a time limit, and with its errors as ours.
import type { S3Client } from '@aws-sdk/client-s3'
import { StoreUnavailable } from '../../core/model/errors.ts'
import type { AwsError } from '../aws/errors.ts'
import { type S3Operation, storeError } from './s3-errors.ts'

/** A prefix in a bucket, and how to call S3 for it. */
export interface S3Folder {
  client: S3Client
  bucket: string
  owner: string | undefined
  byHand: boolean
  location: string
  /** The prefix with its slash, or the empty string. */
  under: string
  limitMilliseconds: number
  pause: (milliseconds: number) => Promise<unknown>
  mostPages: number
}

/** Runs a call within the time limit. @throws StoreUnavailable | StoreRefused | StoreDamaged */
export async function within<T>(
  folder: S3Folder,
  operation: S3Operation,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), folder.limitMilliseconds)
  try {
    return await call(limit.signal)
  } catch (error) {
    const late = limit.signal.aborted
    // Do not wait for the rest of the answer.
    limit.abort()
    if (!late) throw storeError(operation, error as AwsError)
    throw new StoreUnavailable(`Cannot ${operation.what}: no complete answer after ${folder.limitMilliseconds} ms`)
  } finally {
    clearTimeout(timer)
  }
}

/** For an answer that is not whole. */
export const answerError = ({ what }: S3Operation, fault: string): StoreUnavailable =>
  new StoreUnavailable(`Cannot ${what}: ${fault}`)
