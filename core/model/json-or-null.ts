/** What a JSON text says; null for any other text, as for the JSON text null: a schema refuses both where it must. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
