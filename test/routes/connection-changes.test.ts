import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { as, clientWith, keyOf } from '../support/clients.ts'
import { isLogin } from '../support/faulty.ts'
import { connectionTo, type GatewayOptions, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'

let centro: EgestorSandbox
let norte: EgestorSandbox
let gateway: TestGateway
beforeEach(async () => {
  centro = await startStore({ store: 'centro', limit: null })
  norte = await startStore({ store: 'norte', limit: null })
  await start()
})
afterEach(async () => {
  await gateway.close()
  await Promise.all([centro.close(), norte.close()])
})

async function start(options: GatewayOptions = {}): Promise<void> {
  await gateway?.close()
  gateway = await startGateway([connectionTo('centro', centro)], { allowedVendorHosts: [new URL(norte.url).host], ...options })
}

/** The second store, as a body of the API. */
const body = (changes: object = {}) => ({ ...connectionTo('norte', norte), label: 'Loja Norte', ...changes })

const create = (changes: object = {}, headers: Record<string, string> = {}) =>
  gateway.fetch('/connections', json('POST', body(changes), headers))
const remove = (id: string) => gateway.fetch(`/connections/${id}`, { method: 'DELETE' })
const ids = async () => (await gateway.fetch('/connections')).body.data.map(({ id }: { id: string }) => id)

describe('a connection made while running', () => {
  it('answers 201 with where it is, and shows no credential', async () => {
    const { status, headers, body: answer, text } = await create()
    expect([status, headers.get('location')]).toEqual([201, '/connections/norte'])
    expect(answer.data).toMatchObject({ id: 'norte', vendor: 'egestor', label: 'Loja Norte', status: 'ok' })
    expect(text + (await gateway.fetch('/connections')).text).not.toContain(norte.personalToken)
  })

  it('is read, listed and written like any other, after those of the file', async () => {
    await create()
    await create({ id: 'antes' })
    expect(await ids()).toEqual(['centro', 'norte', 'antes'])
    expect((await gateway.fetch('/customers/norte:1')).status).toBe(200)
    const { body: list } = await gateway.fetch('/products?limit=1')
    expect(list.meta.sources.map(({ connection }: { connection: string }) => connection)).toEqual(['centro', 'norte', 'antes'])
    expect((await gateway.fetch('/products?connection=norte', json('POST', { name: 'Caneca', price: '10.00' }))).status).toBe(201)
  })

  it('keeps what is not named when it is changed, and clears what is null', async () => {
    await create()
    const renamed = await gateway.fetch('/connections/norte', json('PATCH', { label: 'Outra' }))
    expect([renamed.status, renamed.body.data.label]).toEqual([200, 'Outra'])
    expect((await gateway.fetch('/customers/norte:1')).status).toBe(200)
    expect((await gateway.fetch('/connections/norte', json('PATCH', { label: null }))).body.data.label).toBe('norte')
  })

  it('has its credentials replaced as a whole', async () => {
    await create()
    await gateway.fetch('/customers/norte:1')
    const changed = await gateway.fetch('/connections/norte', json('PATCH', { credentials: { grant: 'personal', personalToken: 'outro' } }))
    expect(changed.status).toBe(200)
    expect((await gateway.fetch('/customers/norte:1')).body.code).toBe('connection_unauthorized')
    const partly = await gateway.fetch('/connections/norte', json('PATCH', { credentials: { personalToken: norte.personalToken } }))
    expect([partly.status, partly.body.errors]).toEqual([400, [{ pointer: '/credentials/grant', detail: 'is missing' }]])
  })

  it('is gone once it is removed, with its token', async () => {
    await create()
    await gateway.fetch('/customers/norte:1')
    expect((await remove('norte')).status).toBe(204)
    for (const path of ['/customers/norte:1', '/customers?connection=norte', '/connections/norte'])
      expect([path, (await gateway.fetch(path)).status]).toEqual([path, 404])
    expect([(await remove('norte')).status, await ids()]).toEqual([404, ['centro']])
    await create()
    await gateway.fetch('/customers/norte:1')
    expect(norte.requests.filter(isLogin)).toHaveLength(2)
  })

  it('leaves the login to another connection that has the same', async () => {
    await create()
    await create({ id: 'gemea' })
    await gateway.fetch('/customers/norte:1')
    await remove('norte')
    await gateway.fetch('/customers/gemea:1')
    expect(norte.requests.filter(isLogin)).toHaveLength(1)
  })

  it('begins anew after a change: nothing is known of how it was doing', async () => {
    await create({ credentials: { grant: 'personal', personalToken: 'errado' } })
    await gateway.fetch('/customers/norte:1')
    expect((await gateway.fetch('/connections/norte')).body.data.status).toBe('needs_authorization')
    await gateway.fetch('/connections/norte', json('PATCH', { credentials: body().credentials }))
    expect((await gateway.fetch('/connections/norte')).body.data).toMatchObject({ status: 'ok', lastProblem: null })
  })

  it('ends a walk that it was part of', async () => {
    await create()
    const { body: page } = await gateway.fetch('/products?connection=norte&limit=1')
    await remove('norte')
    expect((await gateway.fetch(page.links.next)).body.code).toBe('invalid_cursor')
  })
})

describe('is refused', () => {
  it('an id that is there, whoever has it', async () => {
    await create()
    for (const id of ['norte', 'centro'])
      expect([(await create({ id })).status, (await create({ id })).body.code]).toEqual([409, 'conflict'])
  })

  it('one of two that make the same id at once', async () => {
    const statuses = (await Promise.all([create(), create(), create()])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([201, 409, 409])
  })

  it('a change to a connection of the file', async () => {
    const changed = await gateway.fetch('/connections/centro', json('PATCH', { label: 'x' }))
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict'])
    expect((await remove('centro')).status).toBe(409)
    expect((await gateway.fetch('/customers/centro:1')).status).toBe(200)
  })

  it('a body that does not fit, with a pointer to each flaw and no value', async () => {
    const { status, body: problem } = await create({
      credentials: { grant: 'personal' },
      settings: { timeZone: 'Marte', outra: 'segredo' },
    })
    expect([status, problem.code]).toEqual([400, 'validation_failed'])
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/credentials/personalToken',
      '/settings/outra',
      '/settings/timeZone',
    ])
    expect(JSON.stringify(problem)).not.toContain('segredo')
    for (const broken of [{ id: 'Loja' }, { vendor: 'outro' }, { credentials: 'x' }, { mais: 1 }])
      expect([broken, (await create(broken)).status]).toEqual([broken, 400])
    for (const broken of [{}, { id: 'x' }, { vendor: 'kommo' }, { credentials: null }])
      expect([broken, (await gateway.fetch('/connections/centro', json('PATCH', broken))).status]).toEqual([broken, 400])
  })

  it('a host that is not of the vendor, also by a change (row 53)', async () => {
    const elsewhere = { settings: { baseUrl: centro.url } }
    const refused = await create(elsewhere)
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/settings/baseUrl'])
    await create()
    expect((await gateway.fetch('/connections/norte', json('PATCH', elsewhere))).status).toBe(400)
    expect((await gateway.fetch('/customers/norte:1')).status).toBe(200)
  })

  it('limits other than those of its login, also by a change', async () => {
    const limited = (limits?: object) => ({ settings: { ...body().settings, ...(limits && { limits }) } })
    const few = { requests: 1, perMs: 1_000 }
    const detail = 'must be 60 requests in 60000 ms, as other connections with the same credentials have'
    await create()
    const refused = await create({ id: 'gemea', ...limited(few) })
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed'])
    expect(refused.body.errors).toEqual([{ pointer: '/settings/limits', detail }])
    expect((await create({ id: 'gemea', ...limited({ requests: 60, perMs: 60_000 }) })).status).toBe(201)
    const change = (limits?: object) => gateway.fetch('/connections/gemea', json('PATCH', limited(limits)))
    const unchanged = await change(few)
    expect([unchanged.status, unchanged.body.errors]).toEqual([400, [{ pointer: '/settings/limits', detail }]])
    expect((await change()).status).toBe(200)
    await remove('norte')
    expect((await change(few)).status).toBe(200)
    expect((await create()).body.errors).toEqual([
      { pointer: '/settings/limits', detail: expect.stringContaining('1 requests in 1000 ms') },
    ])
  })

  it('limits other than those that the file gives to its login', async () => {
    const twin = {
      ...connectionTo('gemea', centro),
      settings: { ...connectionTo('gemea', centro).settings, limits: { requests: 1, perMs: 9 } },
    }
    await start({ allowedVendorHosts: [new URL(centro.url).host] })
    const { status, body: problem } = await gateway.fetch('/connections', json('POST', twin))
    expect([status, problem.errors[0].pointer]).toEqual([400, '/settings/limits'])
  })

  it('whoever may not', async () => {
    const admin = { scopes: ['admin'] as const, connections: ['centro'] }
    await start({
      clients: [clientWith('escritor', { scopes: ['write'] }), clientWith('chefe', { scopes: ['admin'] }), clientWith('gerente', admin)],
    })
    const made = (id: string) => create({}, { authorization: `Bearer ${keyOf(id)}` })
    expect([(await gateway.fetch('/connections', json('POST', body()))).status, (await made('escritor')).status]).toEqual([401, 403])
    const { status, body: problem } = await made('gerente')
    expect([status, problem.code]).toEqual([403, 'forbidden'])
    expect((await made('chefe')).status).toBe(201)
    expect((await gateway.fetch('/connections/norte', { method: 'DELETE', ...as('gerente') })).status).toBe(404)
    expect((await gateway.fetch('/connections/norte', { method: 'DELETE', ...as('chefe') })).status).toBe(204)
  })
})
