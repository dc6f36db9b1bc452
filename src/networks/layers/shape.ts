import type { ExampleShape, Fail } from './kind'

/** A shape as errors write it. */
export function show(shape: ExampleShape): string {
  return `[${shape.join(', ')}]`
}

export function same(one: ExampleShape, other: ExampleShape): boolean {
  return one.length === other.length && one.every((extent, axis) => extent === other[axis])
}

/** Fails where a layer that needs images gets something else. */
export function checkImages({ name }: { readonly name: string }, input: ExampleShape, fail: Fail): void {
  if (input.length === 3) return
  const advice =
    input.length === 2
      ? `describe images of one channel as [${input.join(', ')}, 1]`
      : `put it before the layers that flatten, or use a dense layer`
  fail(`layer "${name}" needs images [height, width, channels], its input is ${show(input)}: ${advice}.`)
}
