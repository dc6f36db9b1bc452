/** The buttons over a figure: seen when the mouse is over it or the keyboard in it. */
export function createToolbar(save: (format: 'svg' | 'png') => Promise<void>): HTMLElement {
  const toolbar = document.createElement('div')
  toolbar.className = 'ticketlab-chart-toolbar'
  toolbar.setAttribute('role', 'group')
  toolbar.setAttribute('aria-label', 'Figure')
  toolbar.append(
    ...(['svg', 'png'] as const).map((format) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = `Save as ${format.toUpperCase()}`
      button.addEventListener('click', () => {
        button.disabled = true
        void save(format).finally(() => {
          button.disabled = false
          button.focus({ preventScroll: true })
        })
      })
      return button
    }),
  )
  return toolbar
}
