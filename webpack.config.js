import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

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

/** The programs that run in Node: the extension, and the processes that it and the command line start. */
const node = {
  ...shared,
  name: 'node',
  target: 'node20',
  entry: {
    extension: './src/extension/extension.ts',
    kernel: './src/kernel/main.ts',
    trainer: './src/runtime/trainer/main.ts',
    cli: './src/cli/main.ts',
  },
  output: {
    path: dist,
    filename: '[name].cjs',
    chunkFilename: 'chunks/[name].cjs',
    library: { type: 'commonjs2' },
  },
  externals: { vscode: 'commonjs vscode' },
  // Stack traces of users should name our functions.
  optimization: { minimize: false },
  node: { __dirname: false, __filename: false },
}

export default [node]
