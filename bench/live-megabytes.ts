// What a program keeps at most: its live heap, in all of its threads.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EndpointOptions } from './endpoint.ts'
import { type Command, fileOf, timed } from './measure.ts'
import { startEndpoint } from './start-endpoint.ts'

const LIVE = 'live'

/** Of a run in `folder`, in megabytes: as if each thread had its most at the same time. */
export async function liveMegabytes(
  [node = '', ...rest]: Command,
  folder: string,
  endpointOptions: Partial<EndpointOptions> & { users: number },
): Promise<number> {
  const endpoint = await startEndpoint(endpointOptions)
  const env = { ...endpoint.env, LIVE_HEAP_FILE: join(folder, LIVE) }
  await timed([node, '--expose-gc', '--import', fileOf('live-heap.ts'), ...rest], { folder, env })
  await endpoint.stop()
  const files = (await readdir(folder)).filter((name) => name.startsWith(`${LIVE}-`))
  const bytes = await Promise.all(files.map(async (name) => Number(await readFile(join(folder, name), 'utf8'))))
  return bytes.reduce((sum, one) => sum + one, 0) / 1_000_000
}
