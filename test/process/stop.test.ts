import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer, holdUntil } from '../../src/sandbox/faults.ts'
import { isData } from '../support/faulty.ts'
import { connectionTo, json, startGateway, startStore } from '../support/gateway.ts'
import { killAll, run } from '../support/process.ts'
import { temporaryFolder } from '../support/stores.ts'

const KEY = Buffer.alloc(32, 3).toString('base64')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: EgestorSandbox
beforeEach(async () => {
  folder = await temporaryFolder()
  store = await startStore({ limit: null })
})
afterEach(async () => {
  await killAll()
  await store.close()
  await folder.remove()
})

const start = (environment: Record<string, string> = {}) =>
  run({ folder: folder.path, environment, config: { connections: [connectionTo('centro', store)] } })

describe('a signal to stop (row 39)', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process cleanly', async (signal) => {
    const server = await start()
    await fetch(`${server.url}/products/centro:1`)
    expect(await server.stop(signal)).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  it('lets requests end that are on their way', async () => {
    const server = await start()
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    store.faults.add({ when: isData, do: holdUntil(gate) })
    const answered = fetch(`${server.url}/products/centro:1`)
    await expect.poll(() => store.requests.filter(isData).length, { timeout: 10_000 }).toBe(1)
    const ended = server.stop()
    await expect.poll(() => server.output(), { timeout: 10_000 }).toContain('stopping')
    letGo()
    expect((await answered).status).toBe(200)
    expect((await ended).code).toBe(0)
  })

  it('is seen at /readyz before anything else, while requests are still answered', async () => {
    const gateway = await startGateway([connectionTo('centro', store)])
    expect((await gateway.fetch('/readyz')).body).toEqual({ status: 'ready' })
    const connectionAfter = async (path: string) => (await gateway.fetch(path)).headers.get('connection')
    expect(await connectionAfter('/products/centro:1')).toBe('keep-alive')
    gateway.app.startDraining()
    const { status, body } = await gateway.fetch('/readyz')
    expect([status, body.code]).toEqual([503, 'vendor_unavailable'])
    expect((await gateway.fetch('/products/centro:1')).status).toBe(200)
    for (const path of ['/readyz', '/products/centro:1', '/products?limit=1', '/nowhere', '/openapi.json'])
      expect([path, await connectionAfter(path)]).toEqual([path, 'close'])
    expect((await gateway.fetch('/healthz')).status).toBe(200)
    await gateway.close()
  })
})

describe('what a process says', () => {
  it('holds nothing secret and nothing of customers, whatever goes wrong (row 60)', async () => {
    const server = await start({ LOG_LEVEL: 'trace', ENCRYPTION_KEYS: `k1:${KEY}` })
    const customer = [...store.data.contatos.rows.values()].find(({ cpfcnpj, tipo }) => cpfcnpj && tipo.includes('cliente'))!
    const canary = { name: 'Canário da Silva', taxId: { value: '52998224725' }, emails: [{ value: 'canario@exemplo.com.br' }] }
    const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })
    await get(`/customers/centro:${customer.codigo}`)
    await get(`/customers?taxId=52998224725&email=canario@exemplo.com.br`)
    await get(`/customers?q=Can%C3%A1rio`, { authorization: 'Bearer chave-canario', 'x-request-id': 'canario' })
    await get(`/canario/52998224725`)
    await fetch(`${server.url}/customers`, json('POST', canary))
    await fetch(`${server.url}/customers`, json('POST', { ...canary, canario: 1 }))
    await fetch(`${server.url}/customers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"canario' })
    store.faults.add({ times: 4, do: answer(500, { 'content-type': 'text/plain' }, `canario ${store.personalToken} 529.982.247-25`) })
    await get('/customers')
    store.revokeAccessTokens()
    await get('/customers')
    const { code, stdout, stderr } = await server.stop()
    expect(code).toBe(0)
    expect(stdout.split('\n').length).toBeGreaterThan(10)
    const bearers = store.requests.flatMap(({ headers }) => headers.authorization?.slice('Bearer '.length) ?? [])
    expect(bearers.length).toBeGreaterThan(3)
    const secrets = [store.personalToken, KEY, ...bearers, '52998224725', '529.982.247-25', String(customer.cpfcnpj), customer.nome]
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret)
    expect(stdout + stderr).not.toMatch(/can[aá]rio/i)
  })
})
