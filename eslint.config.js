import js from '@eslint/js'
import ts from 'typescript-eslint'
import { silentKinds } from './scripts/lint/silent-kinds.mjs'

/** Each layer may import only those after it in this list, and `support`. See ARCHITECTURE.md. */
const layers = [
  ['extension'],
  ['cli'],
  ['language'],
  ['kernel'],
  ['lab'],
  ['report'],
  ['experiments'],
  ['runtime'],
  ['trainer'],
  ['store'],
  ['training'],
  ['tasks'],
  ['checkpoints'],
  ['networks', 'datasets'],
  ['backends'],
  ['support'],
]

/** What the files of the layer at `depth` must not import: every layer above or beside it, and `vscode`. */
function layerRule(names, depth) {
  const forbidden = layers
    .slice(0, depth + 1)
    .flat()
    .filter((name) => !names.includes(name))
  // The extension talks to the kernel over its protocol; the command line is not something to import.
  if (names.includes('extension')) forbidden.push('cli')
  return names.map((name) => ({
    files: [`src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: name === 'extension' ? [] : [{ name: 'vscode', message: 'Only src/extension uses vscode.' }],
          patterns: [
            {
              regex: `^(\\.\\./)+(${[...forbidden, ...names.filter((n) => n !== name)].join('|') || '-'})/`,
              message: `src/${name} may use only the layers below it (ARCHITECTURE.md).`,
            },
          ],
        },
      ],
    },
  }))
}

export default ts.config(
  { ignores: ['dist/', 'out/', '.vscode-test/', 'node_modules/', 'src/backends/wasm/kernels/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked.map((config) => ({
    ...config,
    files: ['{src,test,bench,renderers}/**/*.ts'],
  })),
  {
    files: ['{src,test,bench,renderers}/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { ours: { rules: { 'silent-kinds': silentKinds } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Kinds of things: every place that asks for them is named when one is added.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
      'ours/silent-kinds': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: name what you export.' },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  // Tools that insist on a default export for their configuration.
  { files: ['*.config.{js,ts}'], rules: { 'no-restricted-syntax': 'off' } },
  ...layers.flatMap(layerRule),
)
