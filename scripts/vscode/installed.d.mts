/** A VS Code that is served to browsers. */
export interface Served {
  readonly address: string
  /** Kills it with all that belongs to it, as a machine that loses its power would. */
  kill(): void
  stop(): Promise<void>
}

export function installPackaged(options: {
  readonly node: string
  readonly codeServer: string
  readonly vsix: string
  readonly also?: readonly string[]
  readonly data: string
  readonly env: NodeJS.ProcessEnv
}): Promise<{ readonly settings: string; serve(): Promise<Served> }>
