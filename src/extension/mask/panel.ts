import { randomBytes } from 'node:crypto'
import { Uri, ViewColumn, window, type WebviewPanel } from 'vscode'
import type { Detail, FromMaskPanel, ToMaskPanel } from '../../../renderers/mask/messages'
import type { ExperimentView } from '../../experiments/view'
import { TicketLabError } from '../../support/errors'
import type { Experiments } from '../experiments/model'
import { saveImage } from '../save-image'
import type { Services } from '../services'
import { maskHtml } from './html'
import { comparableMasks, type ComparableMask } from './comparison'
import { readDetail, readPicture } from './reading'
import { findMask, type MaskSelection, type MaskSource } from './selection'
import { levelMasks } from './died'

/** Shows masks in panels, which step through the levels, replicates and layers of an experiment. */
export interface MaskPanels {
  open(selection: MaskSelection): void
}

interface OpenPanel {
  readonly panel: WebviewPanel
  /** The layer and experiment that it has come to by now. */
  shows(selection: MaskSelection): boolean
  select(selection: MaskSelection): void
}

export function createMaskPanels(services: Services, experiments: Experiments): MaskPanels {
  const open = new Set<OpenPanel>()
  return {
    open(selection) {
      const known = [...open].find((one) => one.shows(selection))
      if (known) {
        known.panel.reveal()
        known.select(selection)
        return
      }
      const made = openPanel(services, experiments, selection)
      open.add(made)
      made.panel.onDidDispose(() => open.delete(made))
    },
  }
}

function openPanel(services: Services, experiments: Experiments, first: MaskSelection): OpenPanel {
  const { context, log } = services
  const folder = (name: string): Uri => Uri.joinPath(context.extensionUri, name)
  const panel = window.createWebviewPanel('ticketlab.mask', 'Mask', ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [folder('dist/renderers'), folder('media')],
  })
  panel.iconPath = { light: folder('media/mask-light.svg'), dark: folder('media/mask-dark.svg') }
  let selection = first
  // What the user wants to compare with. It goes along to other layers, and is left out of those that it does not have.
  let other: ComparableMask | undefined
  // What the panel shows besides the mask, to tell whether news from the kernel change it.
  let shown = ''
  // How many pictures have been sent: answers about one that is gone are of no use.
  let serial = 0

  const tell = (message: ToMaskPanel): void => void panel.webview.postMessage(message)
  const show = async (): Promise<void> => {
    const wanted = selection
    const experiment = experiments.find(wanted.experiment)
    const source = experiment && findMask(experiment, wanted)
    try {
      if (!source) throw notThere(wanted)
      panel.title = `${source.picture.parameter} · level ${source.picture.level}`
      shown = whatIsKnown(experiment, source)
      const known = other && comparableMasks(await experiments.list(), wanted)
      const picture = await readPicture(
        source,
        known?.find(({ task }) => task === other?.task),
      )
      // The user may have gone on meanwhile.
      if (wanted === selection) tell({ type: 'show', picture: { ...picture, serial: ++serial } })
    } catch (error) {
      log.error(`The mask of ${wanted.parameter} at level ${wanted.level} cannot be shown.`, String(error))
      tell({ type: 'problem', message: error instanceof Error ? error.message : String(error) })
    }
  }
  const select = (next: MaskSelection): void => {
    selection = next
    void show()
  }

  const answer = async (detail: Detail, about: number): Promise<void> => {
    const experiment = experiments.find(selection.experiment)
    const source = experiment && findMask(experiment, selection)
    if (!source || about !== serial) return
    try {
      const found = await readDetail(detail, experiment, source)
      tell({ ...found, serial: about })
    } catch (error) {
      log.error(`${selection.parameter}: ${detail} cannot be shown.`, String(error))
      tell({
        type: 'unknown',
        serial: about,
        message: error instanceof Error ? error.message : String(error),
      })
    }
  }

  const compareWith = (next: ComparableMask | undefined): void => {
    other = next
    select({ ...selection })
  }
  const choose = async (): Promise<void> => {
    const chosen = await askOther(comparableMasks(await experiments.list(), selection))
    if (chosen) compareWith(chosen)
  }

  panel.webview.onDidReceiveMessage((message: FromMaskPanel) => {
    switch (message.type) {
      case 'ready':
        void show()
        break
      case 'select': {
        const { parameter, level, replicate } = message
        select({ ...selection, parameter, level, replicate })
        break
      }
      case 'ask':
        void answer(message.detail, message.serial)
        break
      case 'compare':
        void choose()
        break
      case 'compare-no-more':
        compareWith(undefined)
        break
      case 'save':
        void saveImage(message.name, message.png)
        break
    }
  })
  const listening = experiments.onChange(() => {
    const experiment = experiments.find(selection.experiment)
    const source = experiment && findMask(experiment, selection)
    if (source && whatIsKnown(experiment, source) !== shown) void show()
  })
  panel.onDidDispose(() => void listening.dispose())
  panel.webview.html = maskHtml({
    nonce: randomBytes(16).toString('base64url'),
    cspSource: panel.webview.cspSource,
    script: panel.webview.asWebviewUri(folder('dist/renderers/mask.js')).toString(),
    style: panel.webview.asWebviewUri(folder('media/mask.css')).toString(),
  })
  const shows = ({ experiment, parameter }: MaskSelection): boolean =>
    experiment === selection.experiment && parameter === selection.parameter
  return { panel, select, shows }
}

/** All that a panel shows comes from: where the mask is, what is said about it, and the masks of all levels. */
function whatIsKnown(experiment: ExperimentView, source: MaskSource): string {
  const { parameter, replicate } = source.picture
  return JSON.stringify([source, levelMasks(experiment, { parameter, replicate })])
}

/** Which mask to compare with; `undefined` for none. */
async function askOther(masks: readonly ComparableMask[]): Promise<ComparableMask | undefined> {
  if (masks.length === 0) {
    void window.showInformationMessage('There is no other mask of this layer yet.')
    return undefined
  }
  const items = masks.map((mask) => ({ label: mask.place, description: mask.experiment, mask }))
  const placeHolder = 'Which mask to compare with'
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.mask
}

function notThere({ parameter, level }: MaskSelection): TicketLabError {
  return new TicketLabError(
    'bad-input',
    `The mask of ${parameter} at level ${level} is not computed yet. It can be opened once its level is trained.`,
  )
}
