/** A canvas as PNG. @throws Error where the browser cannot encode it */
export function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error('The browser could not encode the image.')),
    ),
  )
}
