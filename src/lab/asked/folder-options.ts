import type { FolderPlan } from '../../datasets/images/plan'
import { checkNormalization, type OwnArrays } from '../../datasets/own'
import { badInput } from '../../support/errors'
import { checkOptions, fraction, nameIn, wholeNumber, type Check, type Checks } from '../../support/options'
import { show } from '../../support/show'

/** What a folder of images needs to be told. */
export interface FolderOptions extends Pick<OwnArrays, 'mean' | 'deviation'> {
  /**
   * Height and width that images are brought to, in pixels, from 8 to 1,024: the shorter side, antialiased, then the middle is
   * kept. By default they stay as they are, and must have one size.
   */
  readonly size?: number
  /**
   * Pixels of the shorter side before the middle of `size` pixels is cut out, at least `size`, which is the default. For ImageNet
   * it is usually 256, with a size of 224.
   */
  readonly shorter?: number
  /** 3, the default, or 1 for grey. */
  readonly channels?: 1 | 3
  /** At most so many training images of each class, drawn at random, always the same ones; all by default. */
  readonly perClass?: number
  /** The same of the images to test on; all by default. */
  readonly testPerClass?: number
  /** The part of each class that is held out to test on where the folder has no `test` or `val`; 0.1 by default. */
  readonly testFraction?: number
  /** What becomes of images that cannot be read: `'error'`, the default, names them all; `'leave out'` goes on without them. */
  readonly broken?: 'error' | 'leave out'
}

const channels: Check<1 | 3> = (value, name) => {
  if (value === 1 || value === 3) return value
  throw badInput(`${name} to be 3, or 1 for grey`, show(value))
}

// They are checked together with the number of channels.
const anything = (value: unknown): never => value as never

const checks: Checks<FolderOptions> = {
  size: wholeNumber(8, 1024),
  shorter: wholeNumber(8, 4096),
  channels,
  perClass: wholeNumber(1),
  testPerClass: wholeNumber(1),
  testFraction: fraction,
  broken: nameIn({ error: true, 'leave out': true }, 'choice for broken'),
  mean: anything,
  deviation: anything,
}

/** @throws TicketLabError `bad-input` */
export function checkFolderOptions(options: unknown): FolderPlan {
  const given = checkOptions<FolderOptions>(options, checks, 'lab.dataset after a folder of images')
  const {
    size,
    shorter = size,
    channels = 3,
    perClass,
    testPerClass,
    testFraction = 0.1,
    broken = 'error',
  } = given
  if (size === undefined && shorter !== undefined)
    throw badInput('a size beside shorter', 'none', 'For example { size: 224, shorter: 256 }.')
  if (size !== undefined && shorter! < size)
    throw badInput(`shorter to be at least the size of ${size}`, shorter!)
  return {
    ...(size === undefined ? {} : { fit: { size, shorter: shorter! } }),
    ...(perClass === undefined ? {} : { perClass }),
    ...(testPerClass === undefined ? {} : { testPerClass }),
    ...{ channels, testFraction, broken, normalize: checkNormalization(given, channels) },
  }
}
