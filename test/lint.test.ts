import { ESLint } from 'eslint'
import { expect, test } from 'vitest'

/** The complaints of our own rule about a function that is told a kind; the file is any that the compiler knows. */
async function complaintsOf(body: string): Promise<readonly string[]> {
  const text = `export function told(kind: 'one' | 'two' | 'three'): number {\n${body}\n}\n`
  const [result] = await new ESLint().lintText(text, { filePath: 'src/tasks/recipe.ts' })
  const known = result!.messages.filter(({ ruleId }) => ruleId === 'ours/silent-kinds')
  expect(result!.messages.filter(({ fatal }) => fatal)).toEqual([])
  return known.map(({ message }) => message)
}

const silent = expect.stringContaining("asks which kind `kind` is, and has one answer for 'three'") as string

test('a chain that asks which kind something is, and is silent about the others, is a mistake', async () => {
  const branches = `if (kind === 'one') return 1\nif (kind === 'two') return 2\nreturn 3`
  expect(await complaintsOf(branches)).toEqual([silent])
  expect(await complaintsOf(`return kind === 'one' ? 1 : kind === 'two' ? 2 : 3`)).toEqual([silent])
  expect(await complaintsOf(`if (kind === 'one') {\nreturn 1\n}\nreturn kind === 'two' ? 2 : 3`)).toEqual([
    silent,
  ])
  const effects = `if (kind === 'one') console.log(1)\nelse if (kind === 'two') console.log(2)\nreturn 0`
  expect(await complaintsOf(effects)).toEqual([silent])
})

test('one that answers for all, asks once or throws is none', async () => {
  expect(await complaintsOf(`return { one: 1, two: 2, three: 3 }[kind]`)).toEqual([])
  expect(await complaintsOf(`return kind === 'one' ? 1 : 0`)).toEqual([])
  expect(
    await complaintsOf(`return kind === 'one' ? 1 : kind === 'two' || kind === 'three' ? 2 : 3`),
  ).toEqual([])
  const loud = `if (kind === 'one') return 1\nif (kind === 'two') return 2\nthrow new Error(kind)`
  expect(await complaintsOf(loud)).toEqual([])
})
