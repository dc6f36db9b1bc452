import type { DatasetFacts, Normalization, PublishedName } from './dataset'
import type { FileFormat } from './formats/all'

/** A dataset that others have published: how it is called, got, read and scaled. */
export interface PublishedDataset extends DatasetFacts {
  readonly name: PublishedName
  /** For people. */
  readonly title: string
  readonly format: FileFormat
  /** The files to download, with the MD5 that its authors publish. */
  readonly downloads: readonly { readonly url: string; readonly md5: string }[]
  /** MD5 of the files when they are unpacked, by the names of the format, where no other content is taken. */
  readonly unpacked?: Readonly<Record<string, string>>
  /** The folder that the downloaded archive unpacks into; absent where files are downloaded as they are. */
  readonly archiveFolder?: string
  readonly normalize: Normalization
}

const fashion = 'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion'
const cifar = 'https://www.cs.toronto.edu/~kriz'

/**
 * What can be installed. The checksums are those on the datasets' own pages (cs.toronto.edu/~kriz/cifar.html,
 * github.com/zalandoresearch/fashion-mnist), compared with copies of them.
 */
export const publishedDatasets: Readonly<Record<Exclude<PublishedName, 'mnist'>, PublishedDataset>> = {
  'fashion-mnist': {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    shape: [28, 28, 1],
    classes: 10,
    trainCount: 60_000,
    testCount: 10_000,
    largestTestClass: 1000,
    format: {
      kind: 'idx',
      train: ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
      test: ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'],
    },
    downloads: [
      { url: `${fashion}/train-images-idx3-ubyte.gz`, md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
      { url: `${fashion}/train-labels-idx1-ubyte.gz`, md5: '25c81989df183df01b3e8a0aad5dffbe' },
      { url: `${fashion}/t10k-images-idx3-ubyte.gz`, md5: 'bef4ecab320f06d8554ea6380940ec79' },
      { url: `${fashion}/t10k-labels-idx1-ubyte.gz`, md5: 'bb300cfdad3c16e7a12a480ee83cd310' },
    ],
    // Scaled to [0, 1], like MNIST.
    normalize: { mean: [0], deviation: [1] },
  },
  cifar10: {
    name: 'cifar10',
    title: 'CIFAR-10',
    shape: [32, 32, 3],
    classes: 10,
    trainCount: 50_000,
    testCount: 10_000,
    largestTestClass: 1000,
    format: {
      kind: 'cifar',
      labelBytes: 1,
      train: Object.fromEntries([1, 2, 3, 4, 5].map((batch) => [`data_batch_${batch}.bin`, 10_000])),
      test: { 'test_batch.bin': 10_000 },
      python: {
        archive: 'cifar-10-python.tar.gz',
        folder: 'cifar-10-batches-py',
        files: {
          ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, `data_batch_${n}`])),
          'test_batch.bin': 'test_batch',
        },
        labels: ['labels'],
      },
    },
    downloads: [{ url: `${cifar}/cifar-10-binary.tar.gz`, md5: 'c32a1d4ab5d03f1284b67883e8d87530' }],
    archiveFolder: 'cifar-10-batches-bin',
    // In common use: the mean over all training pixels, and the mean over images of each image's deviation, which
    // is smaller than the deviation over all pixels (0.2470, 0.2435, 0.2616).
    normalize: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.201] },
  },
  cifar100: {
    name: 'cifar100',
    title: 'CIFAR-100',
    shape: [32, 32, 3],
    classes: 100,
    trainCount: 50_000,
    testCount: 10_000,
    largestTestClass: 100,
    // The first label byte is one of 20 superclasses, which are not used.
    format: {
      kind: 'cifar',
      labelBytes: 2,
      train: { 'train.bin': 50_000 },
      test: { 'test.bin': 10_000 },
      python: {
        archive: 'cifar-100-python.tar.gz',
        folder: 'cifar-100-python',
        files: { 'train.bin': 'train', 'test.bin': 'test' },
        labels: ['coarse_labels', 'fine_labels'],
      },
    },
    downloads: [{ url: `${cifar}/cifar-100-binary.tar.gz`, md5: '03b5dce01913d631647c71ecec9e9cb8' }],
    archiveFolder: 'cifar-100-binary',
    // In common use: mean and deviation over all training pixels.
    normalize: { mean: [0.5071, 0.4867, 0.4408], deviation: [0.2675, 0.2565, 0.2761] },
  },
}

const digits = 'https://ossci-datasets.s3.amazonaws.com/mnist'

/**
 * Scaled to [0, 1], as Frankle & Carbin 2019 do. Its files ship with Ticket Lab; the package without them installs it as
 * any other dataset. Its downloads are PyTorch's mirror, with the checksums of torchvision.
 */
export const mnist: PublishedDataset & { readonly content: string } = {
  name: 'mnist',
  title: 'MNIST',
  // SHA-256 of the one file that the published files become.
  content: '64a9337f62fe3fc8173b5ce26b06c67326beebde958a8bfc498db4bacdaaaadc',
  format: {
    kind: 'idx',
    train: ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
    test: ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'],
  },
  downloads: [
    { url: `${digits}/train-images-idx3-ubyte.gz`, md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873' },
    { url: `${digits}/train-labels-idx1-ubyte.gz`, md5: 'd53e105ee54ea40749a09fcbcd1e9432' },
    { url: `${digits}/t10k-images-idx3-ubyte.gz`, md5: '9fb629c4189551a2d022fa330f9573f3' },
    { url: `${digits}/t10k-labels-idx1-ubyte.gz`, md5: 'ec29112dd5afa0611ce80d1b7f02629c' },
  ],
  unpacked: {
    'train-images-idx3-ubyte.gz': '6bbc9ace898e44ae57da46a324031adb',
    'train-labels-idx1-ubyte.gz': 'a25bea736e30d166cdddb491f175f624',
    't10k-images-idx3-ubyte.gz': '2646ac647ad5339dbf082846283269ea',
    't10k-labels-idx1-ubyte.gz': '27ae3e4e09519cfbb04c329615203637',
  },
  shape: [28, 28, 1],
  classes: 10,
  trainCount: 60_000,
  testCount: 10_000,
  largestTestClass: 1135,
  normalize: { mean: [0], deviation: [1] },
}

/** Shape, classes and counts of a published dataset; reads no file. */
export function knownDataset(name: PublishedName): DatasetFacts {
  const { shape, classes, trainCount, testCount, largestTestClass } =
    name === 'mnist' ? mnist : publishedDatasets[name]
  return {
    ...{ shape, classes, trainCount, testCount },
    ...(largestTestClass === undefined ? {} : { largestTestClass }),
  }
}
