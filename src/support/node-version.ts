/** The oldest Node that everything runs on: cells import through a constant of `node:vm` that older ones lack. */
export const oldestNode = '20.12'

/** Whether `version`, such as `v20.20.0` or `20.20.0`, is that of a Node that we run on. */
export function isRecentNode(version: string): boolean {
  const found = /^v?(\d+)\.(\d+)\./.exec(version)
  if (!found) return false
  const [major, minor] = found.slice(1).map(Number) as [number, number]
  const [oldestMajor, oldestMinor] = oldestNode.split('.').map(Number) as [number, number]
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}
