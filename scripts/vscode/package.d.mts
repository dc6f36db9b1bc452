export function packageExtension(context: {
  readonly root: string
  readonly temporary: string
  readonly env: NodeJS.ProcessEnv
  readonly withMnist?: boolean
}): Promise<string>
