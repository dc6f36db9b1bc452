import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a server was asked for: the path, and which bytes if not all. */
export interface Asked {
  readonly path: string
  readonly range: string | undefined
}

export interface FileServer {
  readonly address: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** How a server misbehaves on its n-th answer, counted from 0. */
export interface Manners {
  /** Bytes after which the connection is cut, per answer; an answer beyond the list is whole. */
  readonly cuts?: readonly number[]
  /** After the bytes of `cuts` it says nothing more, instead of cutting the connection. */
  readonly silent?: boolean
  /** It knows nothing of ranges. */
  readonly noRanges?: boolean
}

/** Serves files by path, such as `/a.bin`, on loopback. */
export async function serveFiles(
  files: Readonly<Record<string, Uint8Array>>,
  { cuts = [], silent = false, noRanges = false }: Manners = {},
): Promise<FileServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const cut = cuts[asked.length]
    asked.push({ path, range: request.headers.range })
    const file = files[path]
    if (!file) {
      response.writeHead(404).end()
      return
    }
    const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const partial = request.headers.range !== undefined && !noRanges
    if (partial && first >= file.length) {
      response.writeHead(416, { 'Content-Range': `bytes */${file.length}` }).end()
      return
    }
    const body = partial ? file.subarray(first) : file
    response.writeHead(partial ? 206 : 200, {
      'Content-Length': body.length,
      ...(partial ? { 'Content-Range': `bytes ${first}-${file.length - 1}/${file.length}` } : {}),
    })
    if (cut === undefined || cut >= body.length) {
      response.end(body)
      return
    }
    response.write(body.subarray(0, cut), () => {
      if (!silent) void afterTurns(20).then(() => response.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * A cut takes along what is still on its way. A client in this process reads and writes at most a step in each turn of the
 * event loop, which on a busy machine may take longer than any time that one would wait.
 */
async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await sleep(5)
}
