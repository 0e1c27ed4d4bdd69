import { STORE_SCENES } from './store-cells.ts'
import { everyStoreCell } from './store-matrix.ts'

for (const scene of STORE_SCENES) everyStoreCell(scene)
