/** Where a picture lies in the canvas: picture point (u, v) is drawn at (x + u * scale, y + v * scale). */
export interface Transform {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

const largestScale = 64

/** The whole picture in the middle of the canvas, as large as fits, in whole pixels per weight if it can. */
export function fit(picture: Size, canvas: Size): Transform {
  const exact = Math.min(canvas.width / picture.width, canvas.height / picture.height)
  const scale = clampScale(exact >= 1 ? Math.floor(exact) : exact, picture, canvas)
  return {
    scale,
    x: Math.round((canvas.width - picture.width * scale) / 2),
    y: Math.round((canvas.height - picture.height * scale) / 2),
  }
}

/** Zoomed by `factor` such that the picture point under `centre` (in the canvas) stays there. */
export function zoomAt(
  transform: Transform,
  factor: number,
  centre: Point,
  picture: Size,
  canvas: Size,
): Transform {
  const scale = clampScale(transform.scale * factor, picture, canvas)
  const applied = scale / transform.scale
  return keepInSight(
    {
      scale,
      x: centre.x - (centre.x - transform.x) * applied,
      y: centre.y - (centre.y - transform.y) * applied,
    },
    picture,
    canvas,
  )
}

export function pan(transform: Transform, dx: number, dy: number, picture: Size, canvas: Size): Transform {
  return keepInSight({ ...transform, x: transform.x + dx, y: transform.y + dy }, picture, canvas)
}

/** The cell of the picture under a point of the canvas, or `undefined` outside. */
export function cellAt(transform: Transform, point: Point, picture: Size): Point | undefined {
  const x = Math.floor((point.x - transform.x) / transform.scale)
  const y = Math.floor((point.y - transform.y) / transform.scale)
  return x >= 0 && y >= 0 && x < picture.width && y < picture.height ? { x, y } : undefined
}

/** Moved as little as needed for `cell` to lie inside the canvas. */
export function reveal(transform: Transform, cell: Point, picture: Size, canvas: Size): Transform {
  const left = transform.x + cell.x * transform.scale
  const top = transform.y + cell.y * transform.scale
  const outside = (start: number, extent: number) =>
    start < 0 ? -start : start + transform.scale > extent ? extent - start - transform.scale : 0
  return pan(transform, outside(left, canvas.width), outside(top, canvas.height), picture, canvas)
}

/** Never smaller than half of what fits, never larger than 64 pixels per weight. */
function clampScale(scale: number, picture: Size, canvas: Size): number {
  const fitting = Math.min(canvas.width / picture.width, canvas.height / picture.height)
  const smallest = Math.min(fitting, 1) / 2
  return Math.min(Math.max(scale, smallest), largestScale)
}

/** Part of the picture always stays in the canvas, so that it cannot get lost. */
function keepInSight(transform: Transform, picture: Size, canvas: Size): Transform {
  const margin = 40
  const clamp = (start: number, length: number, extent: number) =>
    Math.min(Math.max(start, margin - length), extent - margin)
  return {
    scale: transform.scale,
    x: clamp(transform.x, picture.width * transform.scale, canvas.width),
    y: clamp(transform.y, picture.height * transform.scale, canvas.height),
  }
}
