// How Serverless prints an error of our plugins that a person can mend: its message alone, as its own errors.
import { SettingsRefused } from '../core/model/errors.ts'

/** A hook that throws SettingsRefused with `decoratedMessage`, which Serverless prints in place of the stack. */
export const withoutStack =
  <Result>(hook: () => Promise<Result>) =>
  async (): Promise<Result> => {
    try {
      return await hook()
    } catch (error) {
      if (error instanceof SettingsRefused) Object.assign(error, { decoratedMessage: error.message })
      throw error
    }
  }
