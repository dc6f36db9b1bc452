/**
 * Passes on the latest value at most once per `interval` milliseconds: the first at once, the last always.
 */
export function throttle<T>(interval: number, pass: (value: T) => void): (value: T) => void {
  let latest: { value: T } | undefined
  let timer: NodeJS.Timeout | undefined
  const tick = (): void => {
    timer = undefined
    if (!latest) return
    const { value } = latest
    latest = undefined
    timer = setTimeout(tick, interval)
    pass(value)
  }
  return (value) => {
    latest = { value }
    if (!timer) tick()
  }
}
