// A token bucket: limits the calls per second, before the endpoint answers "Rate exceeded".

/** The returned function is true if this call is within the limit. The bucket holds one second's calls and starts full. */
export function throttle(maxCallsPerSecond: number, now: () => Date): () => boolean {
  const size = Math.max(1, maxCallsPerSecond)
  let tokens = size
  let filledAt = now().getTime()
  return () => {
    const at = now().getTime()
    tokens = Math.min(size, tokens + ((at - filledAt) / 1000) * maxCallsPerSecond)
    filledAt = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
