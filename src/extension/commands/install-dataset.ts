import { ProgressLocation, window } from 'vscode'
import type { PublishedDataset } from '../../datasets/published'
import { bytesText, countText } from '../../support/quantities'
import { TicketLabError } from '../../support/errors'
import { currentSettings } from '../configuration'
import type { Services } from '../services'

/** The published datasets that are there: in the library, or shipped. */
export async function datasetsThere(services: Services): Promise<ReadonlySet<string>> {
  const [{ libraryFolder, listInstalled }, { shipsMnist }] = await Promise.all([
    import('../../datasets/library'),
    import('../../datasets/shipped'),
  ])
  const { entries } = listInstalled(libraryFolder(currentSettings().home))
  return new Set([
    ...(shipsMnist(services.built('data')) ? ['mnist'] : []),
    ...entries.map(({ name }) => name),
  ])
}

/** Asks which dataset to install, and installs it. @param wanted the one to install, without asking */
export async function installDataset(services: Services, wanted?: string): Promise<void> {
  const { installableDatasets, shipsMnist } = await import('../../datasets/shipped')
  const shipped = services.built('data')
  const there = await datasetsThere(services)
  const all = installableDatasets(shipped)
  const builtIn = shipsMnist(shipped) ? ' (MNIST is built in)' : ''
  const items = all.map((published) => ({
    label: published.title,
    description: there.has(published.name) ? 'installed' : 'not installed',
    detail: aboutText(published),
    published,
  }))
  const published =
    all.find(({ name }) => name === wanted) ??
    (await window.showQuickPick(items, { placeHolder: `Which dataset to install${builtIn}` }))?.published
  if (published) await install(services.log, published)
}

function aboutText({ trainCount, testCount, shape, classes }: PublishedDataset): string {
  const bytes = (trainCount + testCount) * shape.reduce((product, extent) => product * extent, 1)
  const images = `${countText(trainCount)} training and ${countText(testCount)} test images`
  return `${images}, ${shape.join(' × ')}, ${classes} classes, ${bytesText(bytes)} on disk`
}

async function install(log: Services['log'], published: PublishedDataset): Promise<void> {
  const abort = new AbortController()
  const { title, name } = published
  try {
    const [{ installDataset: get }, { libraryFolder }] = await Promise.all([
      import('../../datasets/install'),
      import('../../datasets/library'),
    ])
    await window.withProgress(
      { location: ProgressLocation.Notification, title: `Installing ${title}`, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => abort.abort())
        return get(published, {
          folder: libraryFolder(currentSettings().home),
          signal: abort.signal,
          onProgress({ message }) {
            log.info(message)
            progress.report({ message })
          },
        })
      },
    )
    void window.showInformationMessage(`${title} is installed: { dataset: '${name}' } names it.`)
  } catch (error) {
    if (error instanceof TicketLabError && error.code === 'cancelled') return
    log.error(`${title} was not installed.`, error instanceof Error ? error : String(error))
    const message = error instanceof Error ? error.message : String(error)
    void window.showErrorMessage(`${title} was not installed. ${message}`)
  }
}
