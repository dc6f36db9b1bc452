/**
 * Reads what comes by `interruptPipe`, in pieces: counts the interrupts, each an `!`, and hands on the lines between them,
 * which are JSON and begin with no `!`.
 */
export function splitter(line: (text: string) => void): (text: string) => number {
  let begun = ''
  return (text) => {
    let interrupts = 0
    for (let rest = text; rest !== '';) {
      if (begun === '' && rest.startsWith('!')) {
        interrupts++
        rest = rest.slice(1)
        continue
      }
      const end = rest.indexOf('\n')
      if (end < 0) {
        begun += rest
        break
      }
      line(begun + rest.slice(0, end))
      begun = ''
      rest = rest.slice(end + 1)
    }
    return interrupts
  }
}
