// What a run and an access key may be called: one rule each, wherever a name comes from.

/** Step Functions takes more in an execution's name; these are what its logs can carry, and the dot. */
export const RUN_ID = /^(?!\.+$)[A-Za-z0-9._-]{1,80}$/

/** IAM's own rule (IAM API Reference, AccessKey), which makes an id a safe part of an object's name. */
export const ACCESS_KEY_ID = /^\w{16,128}$/

/** Whether `text` can be a run's id. */
export const isRunId = (text: string): boolean => RUN_ID.test(text)
