/** What fits beside each other in a notebook of 1,000 pixels, and in most terminals. */
const lineLength = 100

/**
 * A text whose lines are broken at spaces so that none is longer than `length`; what follows is indented as its line is.
 * Words that are longer, such as paths, stay whole.
 */
export function wrapped(text: string, length = lineLength): string {
  return text
    .split('\n')
    .flatMap((line) => broken(line, length))
    .join('\n')
}

function broken(line: string, length: number): readonly string[] {
  const words = line.trimStart()
  const indent = line.slice(0, line.length - words.length)
  const lines: string[] = []
  let current = indent
  for (const word of words.split(' ')) {
    if (current === indent) current += word
    else if (current.length + 1 + word.length <= length) current += ` ${word}`
    else {
      lines.push(current)
      current = indent + word
    }
  }
  return [...lines, current]
}
