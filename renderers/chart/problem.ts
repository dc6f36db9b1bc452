/** Shown in place of a figure that cannot be drawn. */
export function problemBox(error: unknown): HTMLElement {
  const box = document.createElement('div')
  box.className = 'ticketlab-chart-problem'
  box.setAttribute('role', 'alert')
  const title = document.createElement('strong')
  title.textContent = 'This figure could not be drawn.'
  const message = document.createElement('p')
  message.textContent = explain(error)
  const advice = document.createElement('p')
  advice.textContent =
    'The output must be a specification of Vega-Lite or Vega (version 3 to 6) with its data inside.'
  box.append(title, message, advice)
  return box
}

/** Vega checks little: a misspelled name surfaces as an error of its own code, which helps nobody alone. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof TypeError
    ? `It names something that Vega does not know, such as a misspelled mark or type (${error.message}).`
    : error.message
}
