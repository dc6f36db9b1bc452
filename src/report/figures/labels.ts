/** Where the label of a point stands, beside it. */
export const places = {
  'upper right': { align: 'left', dx: 7, dy: -7 },
  'lower right': { align: 'left', dx: 7, dy: 9 },
  'upper left': { align: 'right', dx: -7, dy: -7 },
  'lower left': { align: 'right', dx: -7, dy: 9 },
} as const

export type Place = keyof typeof places

/** A point with its label, in pixels; y grows downwards. */
export interface Labelled {
  readonly x: number
  readonly y: number
  readonly label: string
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/**
 * The place of each label: the first where it covers neither a point nor a label before it; `undefined` where there is
 * none, in a crowd.
 */
export function placesOf(points: readonly Labelled[]): readonly (Place | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }))
  return points.map((point) => {
    const place = placeNames.find((name) => !taken.some((box) => overlap(box, boxOf(point, name))))
    if (place) taken.push(boxOf(point, place))
    return place
  })
}

const placeNames = Object.keys(places) as Place[]

/** What a label covers, at 10 pixels a line. */
function boxOf({ x, y, label }: Labelled, place: Place): Box {
  const { align, dx, dy } = places[place]
  const width = 6 * label.length
  const left = align === 'left' ? x + dx : x + dx - width
  return { left, right: left + width, top: y + dy - 8, bottom: y + dy + 3 }
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}
