// A token bucket: how many calls a second the endpoint takes before it says "Rate exceeded".

/** Answers whether this call may pass. The bucket holds one second's worth and starts full. */
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
