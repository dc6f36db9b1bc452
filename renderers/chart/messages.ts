/** What the chart renderer tells the extension. */
export interface SaveFigure {
  readonly type: 'save'
  readonly format: 'svg' | 'png'
  /** File name to suggest, with its ending. */
  readonly name: string
  /** The SVG document as text, or the PNG file in Base64: renderer messages travel as JSON. */
  readonly data: string
}

export type FromChart = SaveFigure
