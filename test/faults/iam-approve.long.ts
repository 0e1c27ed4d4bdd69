import { everyIamCell } from './iam-matrix.ts'

everyIamCell('approve')
