import type { FolderContext } from '../../datasets/images/dataset'
import { countText, durationText } from '../../support/quantities'
import type { LabHost } from '../host'
import { throttledDisplay, type ThrottledDisplay } from './throttled-display'

/** Shows below the cell how many images of a folder are read, and stops when the cell is interrupted. */
export function imageProgress(
  host: Pick<LabHost, 'display' | 'log' | 'signal'>,
): Omit<FolderContext, 'folder'> {
  let shown: ThrottledDisplay | undefined
  let text = ''
  let began = 0
  return {
    signal: host.signal(),
    onProgress({ done, all }) {
      if (!shown) {
        began = Date.now()
        shown = throttledDisplay(host, () => ({ 'text/plain': text }))
      }
      const seconds = (Date.now() - began) / 1000
      if (done === all) {
        text = `${countText(all)} images read in ${durationText(seconds)}`
        void shown.finish()
        return
      }
      const left = seconds < 2 ? '' : `, ${durationText((seconds / done) * (all - done))} left`
      text = `${countText(done)} of ${countText(all)} images read${left}`
      shown.changed()
    },
  }
}
