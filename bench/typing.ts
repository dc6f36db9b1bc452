/** What the benches of completion type, letter by letter. */
export const typed = "const t = await lab.imp(lab.preset('lenet-mnist', { steps: 2000 }), { levels: 2 })"

/** The number below which a share of them lies, from 0 to 1. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}
