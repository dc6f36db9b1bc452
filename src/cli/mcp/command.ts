import type { Command } from 'commander'

/** Adds `ticketlab mcp`. */
export function mcpCommand(parent: Command): void {
  parent
    .command('mcp')
    .description(
      'offer experiments to an assistant, by the Model Context Protocol over standard input and output',
    )
    .option('--notebook <file>', 'where the cells of experiments are written that it runs', 'ticketlab.ipynb')
    .option('--skill', 'print a skill file (SKILL.md) that says how to ask about lottery tickets, and end')
    .action(async ({ notebook, skill }: { readonly notebook: string; readonly skill?: true }) => {
      if (skill) {
        const { skillFile } = await import('../../lab/assistant/skill')
        process.stdout.write(skillFile())
        return
      }
      // The other commands need not load it.
      const { serveMcp } = await import('./mcp')
      await serveMcp(notebook)
    })
}
