/** What a debugger was asked and has not answered yet. */
export interface Requests {
  begin(request: number): void
  end(request: number): void
  /** Resolves when everything has been answered that was asked before, at the latest after `limit` milliseconds. */
  allAnswered(limit: number): Promise<void>
}

/**
 * Follows the requests to a debugger. One that is ended while it owes an answer gives an error instead, which VS Code
 * shows: "Unable to resume" to somebody who saw their cell go on and end.
 */
export function trackRequests(): Requests {
  const open = new Set<number>()
  const waiting = new Set<() => void>()
  return {
    begin: (request) => void open.add(request),
    end(request) {
      open.delete(request)
      for (const look of waiting) look()
    },
    allAnswered: (limit) =>
      new Promise((resolve) => {
        const asked = [...open]
        const settle = (): void => {
          clearTimeout(timer)
          waiting.delete(look)
          resolve()
        }
        const look = (): void => {
          if (!asked.some((request) => open.has(request))) settle()
        }
        const timer = setTimeout(settle, limit)
        waiting.add(look)
        look()
      }),
  }
}
