import type { Command } from 'commander'

/** Adds `ticketlab mcp`. */
export function mcpCommand(parent: Command): void {
  parent
    .command('mcp')
    .description(
      'offer experiments to an assistant, by the Model Context Protocol over standard input and output',
    )
    .option('--notebook <file>', 'where the cells of experiments are written that it runs', 'ticketlab.ipynb')
    .action(async ({ notebook }: { readonly notebook: string }) => {
      // The other commands need not load it.
      const { serveMcp } = await import('./mcp')
      await serveMcp(notebook)
    })
}
