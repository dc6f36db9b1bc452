import { unknownName } from '../support/nearest'
import type { Network } from './network'
import { inceptionV3 } from './zoo/inception'
import type { Form } from './zoo/parts'
import { resnet18, resnet20, resnet50 } from './zoo/resnet'
import { convN, lenet300100 } from './zoo/small'
import { vgg } from './zoo/vgg'

export type { Form } from './zoo/parts'

const mnist: Form = { input: [28, 28, 1], classes: 10 }
const cifar10: Form = { input: [32, 32, 3], classes: 10 }

/** LeNet-300-100 on MNIST: 266,200 weights. */
export const lenet: Network = lenet300100(mnist)

interface Entry {
  readonly build: (form: Form) => Network
  /** What the network is fitted to in its paper. */
  readonly form: Form
}

const zoo = {
  lenet: { build: lenet300100, form: mnist },
  conv2: { build: (form) => convN(2, form), form: cifar10 },
  conv4: { build: (form) => convN(4, form), form: cifar10 },
  conv6: { build: (form) => convN(6, form), form: cifar10 },
  resnet20: { build: resnet20, form: cifar10 },
  vgg16: { build: (form) => vgg(16, form), form: cifar10 },
  vgg19: { build: (form) => vgg(19, form), form: cifar10 },
  resnet50: { build: resnet50, form: { input: [224, 224, 3], classes: 1000 } },
  resnet18: { build: resnet18, form: { input: [224, 224, 3], classes: 1000 } },
  'inception-v3': { build: inceptionV3, form: { input: [299, 299, 3], classes: 1000 } },
} satisfies Readonly<Record<string, Entry>>

/** A network of the zoo. */
export type NetworkName = keyof typeof zoo

/** Names of the networks there are. */
export const networkNames = Object.keys(zoo) as readonly NetworkName[]

/**
 * The network of the zoo called `name`, fitted to the examples of its paper or to others.
 * @throws TicketLabError `bad-input` with the nearest name
 */
export function networkByName(name: string, form: Partial<Form> = {}): Network {
  const entry = Object.hasOwn(zoo, name) ? zoo[name as NetworkName] : undefined
  if (entry) return entry.build({ ...entry.form, ...form })
  throw unknownName('a network', name, networkNames)
}
