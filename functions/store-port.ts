// The run store, from the environment: KEYSWEEP_STORE is s3://bucket/prefix or a directory.
import { openStore } from '../io/open-store.ts'
import type { Ports } from './ports.ts'

export const storePort = (env: NodeJS.ProcessEnv): Pick<Ports, 'store'> => ({
  store: openStore(env.KEYSWEEP_STORE ?? '.keysweep'),
})
