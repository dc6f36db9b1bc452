/** Numbers between commas or blanks; what is no number becomes `NaN`. */
export function numbersIn(text: string): readonly number[] {
  return text
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map(Number)
}

/** Why `text` is no list of numbers from 0, at least so many and each once; `undefined` if it is. */
export function numbersProblem(text: string, least: number): string | undefined {
  const numbers = numbersIn(text)
  if (numbers.length < least)
    return `At least ${least} ${least === 1 ? 'number is' : 'numbers are'} expected, such as 0.1, 0.03.`
  if (numbers.some((value) => !Number.isFinite(value) || value < 0))
    return 'Numbers from 0 are expected, separated by commas.'
  if (new Set(numbers).size < numbers.length) return 'Each number once is expected.'
  return undefined
}

/** The same of whole numbers. @param among those that there are; all up to `most` by default */
export function wholeNumbersProblem(
  text: string,
  least: number,
  most = Infinity,
  among?: readonly number[],
): string | undefined {
  const problem = numbersProblem(text, least)
  if (problem !== undefined) return problem
  const numbers = numbersIn(text)
  if (numbers.some((value) => !Number.isInteger(value) || value > most)) {
    return `Whole numbers${most === Infinity ? '' : ` up to ${most}`} are expected, separated by commas.`
  }
  const missing = among && numbers.find((value) => !among.includes(value))
  return missing === undefined ? undefined : `There is no ${missing}: ${among!.join(', ')} are there.`
}
