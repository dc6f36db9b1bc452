import { element } from './page'

/** A slider over levels with a button that plays them one after the other. It never begins by itself. */
export interface Player {
  /**
   * Offers so many levels.
   * @param at which of them is shown, from 0
   * @param words what is said of it
   */
  show(levels: number, at: number, words: string): void
  stop(): void
}

/** Milliseconds that each level is shown. */
const pause = 800

export function createPlayer(onLevel: (at: number) => void): Player {
  const slider = element('until', HTMLInputElement)
  const button = element('play', HTMLButtonElement)
  let playing: ReturnType<typeof setInterval> | undefined

  const label = (): void => {
    button.textContent = playing === undefined ? '▶ Play' : '⏸ Pause'
  }
  const stop = (): void => {
    clearInterval(playing)
    playing = undefined
    label()
  }
  const play = (): void => {
    const last = Number(slider.max)
    if (Number(slider.value) >= last) onLevel(0)
    playing = setInterval(() => {
      onLevel(Math.min(Number(slider.value) + 1, last))
      if (Number(slider.value) >= last) stop()
    }, pause)
    label()
  }
  button.addEventListener('click', () => (playing === undefined ? play() : stop()))
  slider.addEventListener('input', () => {
    stop()
    onLevel(Number(slider.value))
  })
  label()
  return {
    stop,
    show(levels, at, words) {
      slider.max = String(Math.max(levels - 1, 0))
      slider.value = String(at)
      slider.disabled = button.disabled = levels < 2
      slider.setAttribute('aria-valuetext', words)
      element('until-text', HTMLOutputElement).textContent = words
    },
  }
}
