import { join } from 'node:path'
import { bundleFolder } from '../support/paths'

// In a chunk of its own, so that the compiler in it is shipped once for this program and the kernel.
void import('./server').then(({ serveLanguage }) => serveLanguage(join(bundleFolder(), 'types')))
