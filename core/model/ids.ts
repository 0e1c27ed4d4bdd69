// What a run and an access key may be called: one rule each, wherever a name comes from, and the rule in words.

/** Step Functions takes more in an execution's name; these are what its logs can carry, and the dot. */
export const RUN_ID = /^(?!\.+$)[A-Za-z0-9._-]{1,80}$/
export const RUN_ID_IN_WORDS = '1 to 80 letters, digits, ".", "_" and "-", and not only dots'

/** IAM's own rule (IAM API Reference, AccessKey), which makes an id a safe part of an object's name. */
export const ACCESS_KEY_ID = /^\w{16,128}$/
export const ACCESS_KEY_ID_IN_WORDS = '16 to 128 letters, digits and "_", such as AKIAIOSFODNN7EXAMPLE'

/** Whether `text` can be a run's id. */
export const isRunId = (text: string): boolean => RUN_ID.test(text)
