/** What `action` throws; an error of its own when it throws nothing. */
export function thrown(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Expected an error, but nothing was thrown.')
}

/** What `promise` is rejected with; an error of its own when it is fulfilled. */
export async function rejected(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Expected a rejection, but the promise was fulfilled.')
}
