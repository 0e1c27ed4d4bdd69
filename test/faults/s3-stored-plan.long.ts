import { everyS3Cell } from './s3-matrix.ts'

everyS3Cell('stored plan')
