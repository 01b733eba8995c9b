import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionStore } from '../../src/kernel/made.ts'
import { fileConnections } from '../../src/store/file.ts'
import { memoryConnections } from '../../src/store/memory/connections.ts'
import { redisConnections } from '../../src/store/redis/connections.ts'
import { startRedis } from '../support/redis.ts'
import { connected, temporaryFolder } from '../support/stores.ts'

interface UnderTest {
  store: ConnectionStore
  close(): Promise<void>
}

async function inRedis(): Promise<UnderTest> {
  const server = await startRedis()
  const client = await connected(server.url)
  return {
    store: redisConnections(client),
    async close() {
      client.disconnect()
      await server.stop()
    },
  }
}

async function inFiles(): Promise<UnderTest> {
  const folder = await temporaryFolder()
  return { store: await fileConnections(folder.path, 'one', () => {}), close: folder.remove }
}

const STORES = [
  ['memory', async (): Promise<UnderTest> => ({ store: memoryConnections(), close: async () => {} })],
  ['files', inFiles],
  ['Redis', inRedis],
] as const

let close = async () => {}
afterEach(() => close())

describe.each(STORES)('connections in %s', (_name, open) => {
  async function opened(): Promise<ConnectionStore> {
    const under = await open()
    close = under.close
    return under.store
  }

  it('are written only upon the version before', async () => {
    const store = await opened()
    expect(await store.write('loja', { version: 2, sealed: 'b' })).toBe(false)
    expect(await store.write('loja', { version: 1, sealed: 'a' })).toBe(true)
    expect(await store.write('loja', { version: 1, sealed: 'c' })).toBe(false)
    expect(await store.write('loja', { version: 2, sealed: 'd' })).toBe(true)
    expect(await store.write('outra', { version: 1, sealed: 'e' })).toBe(true)
    expect(Object.fromEntries(await store.readAll())).toEqual({
      loja: { version: 2, sealed: 'd' },
      outra: { version: 1, sealed: 'e' },
    })
  })

  it('have another revision after each change, and the same without one', async () => {
    const store = await opened()
    const first = await store.revision()
    await store.write('loja', { version: 1, sealed: 'a' })
    const second = await store.revision()
    await store.write('loja', { version: 1, sealed: 'b' })
    expect([second === first, await store.revision()]).toEqual([false, second])
    await store.write('loja', { version: 2, sealed: 'b' })
    expect([first, second]).not.toContain(await store.revision())
  })

  it('are sealed anew in the version that they have, which is no change, and not where somebody wrote meanwhile', async () => {
    const store = await opened()
    const record = { version: 1, sealed: 'a' }
    await store.write('loja', record)
    const before = await store.revision()
    expect(await store.reseal('loja', { version: 1, sealed: 'other' }, 'b')).toBe(false)
    expect(await store.reseal('loja', record, 'b')).toBe(true)
    expect(await store.reseal('outra', record, 'b')).toBe(false)
    expect([Object.fromEntries(await store.readAll()), await store.revision()]).toEqual([{ loja: { version: 1, sealed: 'b' } }, before])
  })
})

describe('connections in files', () => {
  it('outlive the process, of each the newest that any process left', async () => {
    const folder = await temporaryFolder()
    close = folder.remove
    const one = await fileConnections(folder.path, 'one', () => {})
    await one.write('loja', { version: 1, sealed: 'a' })
    const two = await fileConnections(folder.path, 'two', () => {})
    await two.write('loja', { version: 2, sealed: 'removed' })
    const three = await fileConnections(folder.path, 'three', () => {})
    expect(Object.fromEntries(await three.readAll())).toEqual({ loja: { version: 2, sealed: 'removed' } })
  })

  it('are not made where they cannot be written, and are made once that works again', async () => {
    const folder = await temporaryFolder()
    close = folder.remove
    const path = join(folder.path, 'estado')
    const trouble: string[] = []
    const store = await fileConnections(path, 'one', (message) => trouble.push(message))
    await rm(path, { recursive: true })
    await expect(store.write('loja', { version: 1, sealed: 'a' })).rejects.toMatchObject({ kind: 'vendor_unavailable' })
    expect([trouble, (await store.readAll()).size]).toEqual([['one.connections.jsonl cannot be written'], 0])
    await mkdir(path)
    expect(await store.write('loja', { version: 1, sealed: 'a' })).toBe(true)
    await rm(path, { recursive: true })
    await expect(store.write('loja', { version: 2, sealed: 'b' })).rejects.toMatchObject({ kind: 'vendor_unavailable' })
    expect(Object.fromEntries(await store.readAll())).toEqual({ loja: { version: 1, sealed: 'a' } })
  })
})
