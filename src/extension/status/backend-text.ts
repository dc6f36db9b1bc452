import type { BackendId } from '../../backends/backend'
import type { BackendChoice } from '../../backends/choose'
import type { TensorflowState } from '../../backends/tensorflow/installation/find'

/** What the status bar says about what trains. */
export interface BackendText {
  readonly text: string
  readonly tooltip: string
  /** Nothing can be trained: what the settings ask for is not there. */
  readonly missing: boolean
  /** What a click does. */
  readonly click: 'install' | 'installNative' | 'settings'
}

/**
 * Which backend trains, why, and how to get the other.
 * @param native whether the native backend is installed
 * @param atWork those that compute something now, whatever the settings say: presets and older results have their own
 */
export function backendText(
  choice: BackendChoice,
  tensorflow: TensorflowState,
  native: boolean,
  atWork: readonly BackendId[] = [],
): BackendText {
  const otherwise = usually(choice, tensorflow, native)
  if (atWork.length === 0) return otherwise
  const names = [...atWork].sort().map((id) => (id === 'tensorflow' ? 'TensorFlow' : id))
  return {
    ...otherwise,
    text: `$(server-process) ${names.join(' + ')}`,
    tooltip: `At work now: ${names.join(' and ')}.\n${otherwise.tooltip}`,
  }
}

/** Which backend trains where a preset does not say. */
function usually(choice: BackendChoice, tensorflow: TensorflowState, native: boolean): BackendText {
  const installed = tensorflow.kind === 'installed'
  if ((choice === 'tensorflow' || choice === 'mixed') && !installed) {
    return {
      text: '$(warning) TensorFlow missing',
      tooltip: `${tensorflow.message}\nClick to install it.`,
      missing: true,
      click: 'install',
    }
  }
  if (choice === 'native' && !native) {
    return {
      text: '$(warning) native missing',
      tooltip: 'The native backend, which the settings ask for, is not installed.\nClick to install it.',
      missing: true,
      click: 'installNative',
    }
  }
  if (choice === 'auto' && native) {
    return {
      text: installed ? '$(server-process) native + TensorFlow' : '$(server-process) native',
      tooltip:
        'Ticket Lab trains on the native backend' +
        (installed ? ', and networks with convolutions on TensorFlow' : '') +
        ', unless a preset says otherwise.\nClick to change the setting.',
      missing: false,
      click: 'settings',
    }
  }
  if (choice === 'native') {
    return {
      text: '$(server-process) native',
      tooltip:
        'Ticket Lab trains on the native backend, as the settings say: it is compiled on this machine once, by ' +
        '"Ticket Lab: Install Native Backend".\nClick to change the setting.',
      missing: false,
      click: 'settings',
    }
  }
  if (choice === 'wasm' || !installed) {
    const why = choice === 'wasm' ? 'as the settings say' : 'because TensorFlow is not installed'
    const click = installed ? 'Click to change the setting.' : 'Click to install TensorFlow.'
    return {
      text: '$(server-process) wasm',
      tooltip: `Ticket Lab trains on WebAssembly, ${why}.\n${click}`,
      missing: false,
      click: installed ? 'settings' : 'install',
    }
  }
  if (choice === 'mixed') {
    return {
      text: '$(server-process) TensorFlow + wasm',
      tooltip:
        'Ticket Lab trains on TensorFlow, and sparse networks on WebAssembly, as the settings say.\n' +
        'Click to change the setting.',
      missing: false,
      click: 'settings',
    }
  }
  return {
    text: '$(server-process) TensorFlow',
    tooltip:
      "Ticket Lab trains on TensorFlow, unless a preset says { backend: 'wasm' }.\nClick to change the setting.",
    missing: false,
    click: 'settings',
  }
}
