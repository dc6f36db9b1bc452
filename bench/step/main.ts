import { benchStep } from '../step'

for (const { what, milliseconds, ratio, note } of await benchStep()) {
  console.log(
    `${what.padEnd(32)} ${milliseconds.toFixed(2).padStart(7)} ms per step  ${ratio.toFixed(1).padStart(5)} x`,
  )
  if (note) console.log(note)
}
