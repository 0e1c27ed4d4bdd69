import { everyIamCell } from './iam-matrix.ts'

everyIamCell('stored plan')
