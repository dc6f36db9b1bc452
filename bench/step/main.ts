import { benchStep } from '../step'

const network = process.argv[2] === 'conv2' ? 'conv2' : 'lenet'
for (const { what, milliseconds, ratio, note } of await benchStep(network)) {
  console.log(
    `${what.padEnd(32)} ${milliseconds.toFixed(2).padStart(7)} ms per step  ${ratio.toFixed(1).padStart(5)} x`,
  )
  if (note) console.log(note)
}
