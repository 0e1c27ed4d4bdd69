// The run store, from the environment: KEYSWEEP_STORE is s3://bucket/prefix or a directory.
import { openStore } from '../../io/store/open-store.ts'
import type { Ports } from '../../steps/ports.ts'

export const storePort = (env: NodeJS.ProcessEnv): Pick<Ports, 'store'> => ({
  store: openStore(env.KEYSWEEP_STORE ?? '.keysweep'),
})
