import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KommoOptions, type KommoSandbox, startKommo } from '../../src/sandbox/kommo/index.ts'
import { request } from './client.ts'

let sandbox: KommoSandbox
let now = Date.parse('2026-11-16T12:00:00Z')

async function restart(options: KommoOptions = {}) {
  await sandbox?.close()
  sandbox = await startKommo({ now: () => now, limit: null, ...options })
}

beforeEach(async () => {
  now = Date.parse('2026-11-16T12:00:00Z')
  sandbox = await startKommo({ now: () => now, limit: null })
})
afterEach(() => sandbox.close())

function call(method: string, path: string, body?: unknown, token = sandbox.longLivedToken) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return request(`${sandbox.url}/api/v4/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}
/** Null where there is no body. */
const get = async (path: string) => (await call('GET', path)).body || null
const flaws = ({ body }: { body: { 'validation-errors': { errors: { path: string; code: string }[] }[] } }) =>
  body['validation-errors'][0]!.errors.map(({ path, code }) => `${path} ${code}`)

const token = (body: Record<string, unknown>) =>
  request(`${sandbox.url}/oauth2/access_token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: sandbox.application.clientId,
      client_secret: sandbox.application.clientSecret,
      redirect_uri: sandbox.application.redirectUri,
      ...body,
    }),
  })

describe('the login', () => {
  it('takes the long-lived token, and nothing else, with a problem of its own', async () => {
    expect((await call('GET', 'account')).status).toBe(200)
    const { status, body, headers } = await call('GET', 'account', undefined, 'nope')
    expect(status).toBe(401)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({ title: 'Unauthorized', type: 'https://httpstatus.es/401', status: 401, detail: 'Unauthorized' })
  })

  it('gives tokens for a code, once, and within 20 minutes', async () => {
    const code = sandbox.issueCode()
    const first = await token({ grant_type: 'authorization_code', code })
    expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 86_400 })
    expect((await call('GET', 'account', undefined, first.body.access_token)).status).toBe(200)
    expect((await token({ grant_type: 'authorization_code', code })).status).toBe(400)
    const late = sandbox.issueCode()
    now += 1_200_000
    expect((await token({ grant_type: 'authorization_code', code: late })).status).toBe(400)
  })

  it('voids a refresh token by its use', async () => {
    const old = sandbox.issueRefreshToken()
    const first = await token({ grant_type: 'refresh_token', refresh_token: old })
    expect((await token({ grant_type: 'refresh_token', refresh_token: old })).status).toBe(400)
    expect((await token({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token })).status).toBe(200)
  })

  it('ends a refresh token that nobody used for three months', async () => {
    const [used, unused] = [sandbox.issueRefreshToken(), sandbox.issueRefreshToken()]
    now += 89 * 86_400_000
    expect((await token({ grant_type: 'refresh_token', refresh_token: used })).status).toBe(200)
    now += 86_400_000
    expect((await token({ grant_type: 'refresh_token', refresh_token: unused })).status).toBe(400)
  })

  it('compares the secret and the address, on refresh too', async () => {
    for (const wrong of [{ client_secret: 'x' }, { redirect_uri: 'http://127.0.0.1/x' }, { client_id: 'x' }]) {
      const given = { grant_type: 'refresh_token', refresh_token: sandbox.issueRefreshToken(), ...wrong }
      expect((await token(given)).status).toBe(400)
    }
  })

  it('ends with its life, or when it is revoked', async () => {
    sandbox.set({ tokenLifeSeconds: 10 })
    const { access_token } = (await token({ grant_type: 'refresh_token', refresh_token: sandbox.issueRefreshToken() })).body
    now += 9_999
    expect((await call('GET', 'account', undefined, access_token)).status).toBe(200)
    now += 1
    expect((await call('GET', 'account', undefined, access_token)).status).toBe(401)
  })

  it('has a consent page that leads back with a code, or with a refusal', async () => {
    const page = `${sandbox.settings.authorizeUrl}?client_id=${sandbox.application.clientId}&state=s1&mode=popup`
    expect((await request(page)).body).toContain('id="approve"')
    const back = new URL((await request(`${page}&decision=approve`)).headers.get('location')!)
    expect(back.searchParams.get('state')).toBe('s1')
    expect((await token({ grant_type: 'authorization_code', code: back.searchParams.get('code') })).status).toBe(200)
    expect(new URL((await request(`${page}&decision=deny`)).headers.get('location')!).searchParams.get('error')).toBe('access_denied')
    expect((await request(`${sandbox.settings.authorizeUrl}?client_id=x`)).status).toBe(400)
  })
})

describe('the limit', () => {
  it('is 7 in any second; then 429, which says how long to wait, and after several of them 403 to everything', async () => {
    await restart({ limit: { requests: 7, perMs: 1000, retryAfterSeconds: 2, blockAfter: 3, blockMs: 60_000 } })
    for (let at = 0; at < 7; at += 1) expect((await call('GET', 'account')).status).toBe(200)
    expect((await call('GET', 'account')).body).toMatchObject({ status: 429, retry_after: 2 })
    now += 1000
    for (let at = 0; at < 7; at += 1) expect((await call('GET', 'account')).status).toBe(200)
    for (let at = 0; at < 2; at += 1) expect((await call('GET', 'account')).status).toBe(429)
    now += 59_999
    expect((await call('GET', 'account')).status).toBe(403)
    now += 1
    expect((await call('GET', 'account')).status).toBe(200)
  })

  it('has no part in what an account that is not paid gets', async () => {
    sandbox.set({ isPaid: false })
    expect((await call('GET', 'contacts')).status).toBe(402)
  })
})

describe('lists', () => {
  it('have pages, a next link until the last, and no body past it', async () => {
    const first = await get('contacts?limit=250&page=1&order[id]=asc')
    expect(first._embedded.contacts).toHaveLength(250)
    expect(first._links.next.href).toContain('page=2')
    const second = await get('contacts?limit=250&page=2&order[id]=asc')
    expect(second._links.next).toBeUndefined()
    expect(second._embedded.contacts).toHaveLength(70)
    const past = await call('GET', 'contacts?limit=250&page=3')
    expect([past.status, past.body]).toEqual([204, ''])
  })

  it('refuse parameters that nobody documents', async () => {
    for (const path of [
      'contacts?limit=251',
      'contacts?page=0',
      'contacts?foo=1',
      'contacts?filter[foo][]=1',
      'contacts?with=foo',
      'contacts?order[name]=asc',
      'catalogs/4521/elements?order[id]=asc',
      'catalogs/4521/elements?filter[updated_at][from]=1',
      'leads?filter[updated_at][from]=ontem',
    ]) {
      expect((await call('GET', path)).status, path).toBe(400)
    }
  })

  it('filter by lists of ids, indexed or not, by times, and by pairs of pipeline and stage', async () => {
    const ids = async (path: string) => ((await get(path))?._embedded.leads ?? []).map((lead: { id: number }) => lead.id)
    expect(await ids('leads?filter[id][]=9002&filter[id][]=9001&order[id]=asc')).toEqual([9001, 9002])
    expect(await ids('leads?filter[id][0]=9001')).toEqual([9001])
    const { updated_at } = await get('leads/9001')
    expect(await ids(`leads?filter[id][0]=9001&filter[updated_at][from]=${updated_at}`)).toEqual([9001])
    expect(await ids(`leads?filter[id][0]=9001&filter[updated_at][from]=${updated_at + 1}`)).toEqual([])
    const won = await get('leads?filter[statuses][0][pipeline_id]=3104456&filter[statuses][0][status_id]=142&limit=250')
    for (const lead of won._embedded.leads) expect([lead.pipeline_id, lead.status_id]).toEqual([3_104_456, 142])
    sandbox.set({ traps: { filtersIgnored: true } })
    expect(await ids('leads?filter[id][0]=9001&limit=250')).toHaveLength(250)
  })

  it('search in filled fields as they are written', async () => {
    const found = async (query: string) => ((await get(`contacts?query=${encodeURIComponent(query)}`))?._embedded.contacts ?? []).length
    expect(await found('cliente5@example.com')).toBe(1)
    expect(await found('20122123000102')).toBe(1)
    expect(await found('20.122.123/0001-02')).toBe(0)
  })

  it('show leads, contacts and elements of an entity only where asked', async () => {
    expect((await get('leads/9001'))._embedded).toEqual({ tags: expect.anything(), companies: expect.anything() })
    const { contacts, catalog_elements } = (await get('leads/9001?with=contacts,catalog_elements'))._embedded
    expect(contacts).toEqual([{ id: 3001, is_main: true }])
    expect(catalog_elements[0]).toMatchObject({ id: 525_001, metadata: { catalog_id: 4521 } })
    expect((await get('contacts/3001?with=leads'))._embedded.leads[0]).toEqual({ id: 9001 })
    sandbox.set({ traps: { quantityBesideMetadata: true } })
    expect((await get('leads/9001?with=catalog_elements'))._embedded.catalog_elements[0]).toMatchObject({ catalog_id: 4521, metadata: {} })
  })
})

describe('the companies that other vendors of the sandbox know', () => {
  it.each([
    ['20122123000102', 'Mirante Girassol Comércio de Alimentos Ltda'],
    ['64484661000112', 'Nascente Caminho Novo Informática Ltda'],
    ['11222333000181', 'Padaria Exemplo Ltda'],
  ])('include %s, as a contact and as a company', async (taxId, name) => {
    for (const entity of ['contacts', 'companies']) {
      expect((await get(`${entity}?query=${taxId}`))._embedded[entity][0].name).toBe(name)
    }
  })
})

describe('single reads', () => {
  it('of entities that are not there have no body, of elements are 404', async () => {
    for (const path of ['contacts/1', 'companies/1', 'leads/1']) expect((await call('GET', path)).status).toBe(204)
    expect((await call('GET', 'catalogs/4521/elements/1')).status).toBe(404)
    expect((await call('GET', 'catalogs/1/elements')).status).toBe(404)
  })

  it('know no DELETE and no other path', async () => {
    for (const path of ['contacts/3001', 'leads/9001', 'catalogs/4521/elements/525001'])
      expect((await call('DELETE', path)).status).toBe(405)
    for (const path of ['nada', 'contacts/x', 'contacts/3001/x', 'leads/9001/link/x'])
      expect((await call('GET', path)).status, path).toBe(404)
  })
})

describe('writes', () => {
  it('take and answer lists', async () => {
    const { status, body } = await call('POST', 'contacts', [{ name: 'Maria', request_id: 'r1' }, { name: 'João' }])
    expect(status).toBe(200)
    expect(body._embedded.contacts).toMatchObject([
      { id: 900_001, request_id: 'r1' },
      { id: 900_002, request_id: '1' },
    ])
    expect((await call('POST', 'contacts', { name: 'Maria' })).status).toBe(400)
    expect((await call('POST', 'contacts', Array(251).fill({ name: 'x' }))).status).toBe(422)
  })

  it('set fields as a whole, clear them by null, and keep those that are left out', async () => {
    const field = (id: number, ...values: object[]) => ({ field_id: id, values })
    const change = (...custom_fields_values: object[]) => call('PATCH', 'contacts/3001', { custom_fields_values })
    await change(field(3001, { value: '1', enum_code: 'HOME' }), { field_code: 'EMAIL', values: null })
    const { custom_fields_values } = await get('contacts/3001')
    const codes = custom_fields_values.map((each: { field_code: string }) => each.field_code)
    expect(codes).toContain('PHONE')
    expect(codes).not.toContain('EMAIL')
    expect(custom_fields_values[0].values).toEqual([{ value: '1', enum_id: 30_014, enum_code: 'HOME' }])
    expect(custom_fields_values).toContainEqual(expect.objectContaining({ field_type: 'legal_entity' }))
  })

  it.each([
    [{ field_id: 1, values: [{ value: 'x' }] }, 'custom_fields_values.0.field_id NotSupportedChoice'],
    [{ field_id: 3004, values: [{ value: 1 }] }, 'custom_fields_values.0.values.0.value InvalidType'],
    [{ field_id: 3004, values: [{ value: 'a' }, { value: 'b' }] }, 'custom_fields_values.0.values TooMany'],
    // The codes of the seed's samples that a translator made.
    [{ field_id: 3005, values: [{ value: 'x', enum_code: 'cidade' }] }, 'custom_fields_values.0.values.0.value InvalidType'],
    [{ field_id: 3001, values: [{ value: 'x', enum_code: 'INÍCIO' }] }, 'custom_fields_values.0.values.0.value InvalidType'],
    [{ field_id: 3003, values: [{ value: { vat_id: '1' } }] }, 'custom_fields_values.0.values.0.value InvalidType'],
    [{ field_id: 3006, values: [{ value: '2020-01-01' }] }, 'custom_fields_values.0.values.0.value InvalidType'],
    [{ field_id: 3007, values: [{ value: 'Rádio' }] }, 'custom_fields_values.0.values.0.value InvalidType'],
  ])('refuse %j', async (field, flaw) => {
    const answer = await call('POST', 'contacts', [{ name: 'x', custom_fields_values: [field] }])
    expect(answer.status).toBe(400)
    expect(flaws(answer)).toEqual([flaw])
  })

  it.each([
    ['contacts', { nome: 'x' }, 'nome NotExpected'],
    ['contacts', { name: 1 }, 'name InvalidType'],
    ['companies', { first_name: 'x' }, 'first_name NotExpected'],
    ['leads', { price: '10' }, 'price InvalidType'],
    ['leads', { status_id: 50 }, 'status_id NotSupportedChoice'],
    ['leads', { responsible_user_id: 9 }, 'responsible_user_id NotSupportedChoice'],
    ['leads', { _embedded: { contacts: [{ id: 1 }] } }, '_embedded.contacts.0.id NotSupportedChoice'],
    ['catalogs/4521/elements', { custom_fields_values: [] }, 'name IsBlank'],
    ['catalogs/4530/elements', { name: 'x' }, 'custom_fields_values IsBlank'],
  ])('to %s refuse %j', async (path, body, flaw) => {
    const answer = await call('POST', path, [body])
    expect(answer.status).toBe(400)
    expect(flaws(answer)).toEqual([flaw])
  })

  it('of elements answer the whole element', async () => {
    const fields = [{ field_code: 'PRICE', values: [{ value: 10.5 }] }]
    const { body } = await call('POST', 'catalogs/4521/elements', [{ name: 'Caneca', custom_fields_values: fields }])
    expect(body._embedded.elements[0]).toMatchObject({
      name: 'Caneca',
      custom_fields_values: [{ field_code: 'PRICE', values: [{ value: '10.5' }] }],
    })
  })

  it('close a lead that is won, and open it again', async () => {
    await call('PATCH', 'leads/9001', { status_id: 142, price: 10.5 })
    expect(await get('leads/9001')).toMatchObject({ status_id: 142, closed_at: now / 1000, price: 10, price_with_minor_units: 10.5 })
    await call('PATCH', 'leads/9001', { status_id: 32_156, pipeline_id: 3_104_455 })
    expect(await get('leads/9001')).toMatchObject({ closed_at: null })
  })

  it('link and unlink', async () => {
    const linked = async () => (await get('leads/9001?with=catalog_elements,contacts'))._embedded
    const element = { to_entity_id: 525_040, to_entity_type: 'catalog_elements', metadata: { quantity: 2.5, catalog_id: 4521 } }
    const main = { to_entity_id: 3050, to_entity_type: 'contacts', metadata: { is_main: true } }
    expect((await call('POST', 'leads/9001/link', [element, main])).status).toBe(200)
    expect((await linked()).catalog_elements).toContainEqual({ id: 525_040, metadata: { quantity: 2.5, catalog_id: 4521 } })
    const priced = { ...element.metadata, price_id: 8007 }
    expect((await call('POST', 'leads/9001/link', [{ ...element, metadata: priced }])).status).toBe(200)
    expect((await linked()).catalog_elements).toContainEqual({ id: 525_040, metadata: priced })
    expect((await linked()).contacts).toEqual([
      { id: 3001, is_main: false },
      { id: 3050, is_main: true },
    ])
    expect((await call('POST', 'leads/9001/unlink', [{ ...element, metadata: { catalog_id: 4521 } }])).status).toBe(204)
    expect((await linked()).catalog_elements).not.toContainEqual(expect.objectContaining({ id: 525_040 }))
    expect((await call('POST', 'leads/9001/link', [{ ...element, to_entity_id: 1 }])).status).toBe(400)
  })
})

describe('an account', () => {
  it('is the same every time', async () => {
    const first = await get('contacts?limit=250')
    const { url } = sandbox
    await restart()
    expect(JSON.stringify(await get('contacts?limit=250')).replaceAll(sandbox.url, url)).toBe(JSON.stringify(first))
  })

  it('may have no list of products, and none of invoices', async () => {
    await restart({ lists: { products: false, invoices: false } })
    expect((await get('catalogs'))._embedded.catalogs).toMatchObject([{ type: 'regular' }])
  })

  it('defines its fields, with the options of lists', async () => {
    const fields = (await get('contacts/custom_fields?limit=250'))._embedded.custom_fields
    expect(fields.find(({ type }: { type: string }) => type === 'select').enums[1]).toMatchObject({ value: 'Site', code: 'SITE' })
  })

  it('has stages of its own, and the two that every pipeline has', async () => {
    for (const { _embedded } of (await get('leads/pipelines'))._embedded.pipelines) {
      expect(_embedded.statuses.map(({ id }: { id: number }) => id)).toEqual(expect.arrayContaining([142, 143]))
    }
  })
})
