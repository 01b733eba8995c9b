import { connect, type Socket } from 'node:net'
import { Client } from 'undici'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { killAll, run } from '../support/process.ts'
import { WIDE } from '../support/refreshing.ts'
import { temporaryFolder } from '../support/stores.ts'

// Row 43 of the fault matrix: a gateway that may open 64 files, and clients that take all that are left.

const MOST_FILES = 64

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: EgestorSandbox
beforeEach(async () => {
  ;[folder, store] = await Promise.all([temporaryFolder(), startStore({ limit: null })])
})
afterEach(async () => {
  await killAll()
  await store.close()
  await folder.remove()
})

/** A connection that was used once and is kept, or null where the other side had no file left for it and closed it at once. */
function keptConnection(port: number): Promise<Socket | null> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  return new Promise((resolve) => {
    socket.once('data', () => resolve(socket))
    socket.once('close', () => resolve(null))
  })
}

it('a gateway without a file left says 503, lives, and goes on when there are some again', async () => {
  const gateway = await run({ folder: folder.path, mostFiles: MOST_FILES, config: { connections: [connectionTo('centro', store, WIDE)] } })
  const client = new Client(gateway.url)
  const get = async (path: string) => {
    const { statusCode, body } = await client.request({ method: 'GET', path })
    return { status: statusCode, code: ((await body.json()) as { code?: string }).code }
  }
  expect((await get('/healthz')).status).toBe(200)
  const port = Number(new URL(gateway.url).port)
  const sockets = await Promise.all(Array.from({ length: MOST_FILES }, () => keptConnection(port)))
  expect(sockets).toContain(null)
  expect(await get('/products/centro:1')).toEqual({ status: 503, code: 'vendor_unavailable' })
  expect((await get('/healthz')).status).toBe(200)
  expect(store.requests).toEqual([])
  for (const socket of sockets) socket?.destroy()
  await expect.poll(() => get('/products/centro:1'), { timeout: 20_000 }).toEqual({ status: 200, code: undefined })
  await client.close()
  expect(await gateway.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
})
