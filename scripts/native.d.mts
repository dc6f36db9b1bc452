/** Puts all that the native backend is compiled from into a folder. */
export function shipNative(folder: string): void
