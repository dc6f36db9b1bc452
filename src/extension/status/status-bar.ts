import { Disposable, StatusBarAlignment, window } from 'vscode'
import { commands } from '../contributions'
import type { CancellableRun, Services } from '../services'
import { statusText } from './status-text'

/** Shows in the status bar what runs; hidden while nothing does. */
export function registerStatusBar({ news }: Services, runs: () => readonly CancellableRun[]): Disposable {
  const item = window.createStatusBarItem('runs', StatusBarAlignment.Left, 10)
  item.name = 'Ticket Lab: Runs'
  item.command = commands.showRuns
  const update = (): void => {
    const status = statusText(runs())
    if (!status) {
      item.hide()
      return
    }
    item.text = status.text
    item.tooltip = status.tooltip
    item.accessibilityInformation = { label: status.label, role: 'button' }
    item.show()
  }
  const listening = news.listen((_, told) => {
    if (told.type === 'runs' || told.type === 'ended') update()
  })
  return Disposable.from(item, listening)
}
