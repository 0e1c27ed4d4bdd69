// What a file of tests runs in: Node, which it must leave as it found it. What stays open keeps Jest's worker from ending
// and may disturb the files after it.
import { TestEnvironment } from 'jest-environment-node'
import './compiled-once.ts'
import { heldOpen } from './held-open.ts'

/** For a connection or a program that is being closed when the last test ends, on a machine that is busy. */
const CLOSING_MILLISECONDS = 10_000

export default class Environment extends TestEnvironment {
  before: string[] = []
  failed = false

  override async setup(): Promise<void> {
    await super.setup()
    this.before = process.getActiveResourcesInfo()
  }

  /** Jest calls it with each event of its runner. */
  handleTestEvent({ name }: { name: string }): void {
    this.failed ||= name === 'test_fn_failure' || name === 'hook_failure'
  }

  /**
   * A test that failed may have left something open: its own error counts, and an error from here would take its place.
   * @throws Error, which fails the file, for what it leaves open
   */
  override async teardown(): Promise<void> {
    await super.teardown()
    const held = await heldOpen(this.before, CLOSING_MILLISECONDS)
    if (held.length > 0 && !this.failed)
      throw new Error(`Left open after the last test: expected nothing, received ${held.join(', ')}`)
  }
}
