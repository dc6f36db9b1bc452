/** Bytes as people read them: `812 B`, `12.1 KB`, `1.06 MB`. A KB is 1,000 bytes. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  // 999.5 would be rounded to 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]!}`
}

/** A whole number as people read it: `266,200`. */
export function countText(count: number): string {
  return count.toLocaleString('en')
}

/** A fraction as people read it: `20%`, `3.57%`. */
export function percentText(fraction: number): string {
  return percentLabel(100 * fraction)
}

/** A percentage as the papers print weights remaining: `100%`, `51.3%`, `3.57%`. */
export function percentLabel(percent: number): string {
  return `${Number(percent.toPrecision(3))}%`
}

/** Such as `40 s`, `2 min 05 s` or `3 h 20 min`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const pad = (value: number) => String(value).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`
}
