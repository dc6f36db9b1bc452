/** Does `work` for all items, at most `limit` at once. @throws what fails first; what has begun goes on */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]()
  const next = async (): Promise<void> => {
    for (let item = left.next(); !item.done; item = left.next()) await work(item.value)
  }
  await Promise.all(Array.from({ length: limit }, next))
}
