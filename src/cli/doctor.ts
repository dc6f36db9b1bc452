import type { Command } from 'commander'
import { formatFindings, isHealthy } from './diagnosis/finding'
import { diagnose } from './diagnosis/diagnose'

/** Adds `ticketlab doctor`. */
export function doctorCommand(parent: Command): void {
  parent
    .command('doctor')
    .description('print what is there and what is missing; exit code 1 if something needed is missing')
    .action(async () => {
      const findings = await diagnose()
      console.log(formatFindings(findings))
      if (!isHealthy(findings)) process.exitCode = 1
    })
}
