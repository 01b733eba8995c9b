import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer } from '../../src/sandbox/faults.ts'
import { startYandeh, type YandehSandbox } from '../../src/sandbox/yandeh/index.ts'
import type { Json } from '../support/json.ts'
import { request } from './client.ts'

let sandbox: YandehSandbox
let now: number

beforeEach(async () => {
  now = Date.parse('2026-11-16T15:00:00Z')
  sandbox = await startYandeh({ limit: null, now: () => now })
})
afterEach(() => sandbox.close())

const call = (method: string, path: string, content?: unknown) =>
  request(sandbox.url + path, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    ...(content !== undefined && { body: JSON.stringify(content) }),
  })
const get = async (path: string): Promise<Json> => (await call('GET', path)).body
const refusalOf = async (method: string, path: string, content?: unknown) => {
  const { status, body } = await call(method, path, content)
  return [status, body.detail[0]?.loc ?? body.detail]
}

describe('any call', () => {
  it('needs the token', async () => {
    for (const authorization of ['', sandbox.token, 'Bearer another']) {
      const { status, body } = await request(`${sandbox.url}/v2/produtos`, { headers: { authorization } })
      expect([status, body]).toEqual([401, { detail: 'Not authenticated' }])
    }
  })

  it('is 404 on a path that no page names, and 405 with another method', async () => {
    for (const path of ['/v2/clientes', '/cliente/smartforce/', '/cliente/smartforce/abc', '/produtos']) {
      expect(await call('GET', path)).toMatchObject({ status: 404, body: { detail: 'Not Found' } })
    }
    expect((await call('GET', '/cliente/smartforce/165')).status).toBe(405)
    expect((await call('DELETE', '/cliente/smartforce/165')).status).toBe(405)
    expect((await call('POST', '/v2/produtos', [])).status).toBe(405)
  })

  it('is recorded, and can be made to fail', async () => {
    const fault = sandbox.faults.add({ when: ({ path }) => path === '/v2/produtos', do: answer(503) })
    expect((await call('GET', '/v2/produtos?pagina=2')).status).toBe(503)
    expect((await call('GET', '/v2/produtos')).status).toBe(200)
    expect(fault.hits).toBe(1)
    expect(sandbox.requests.map(({ method, path, rawQuery }) => [method, path, rawQuery])).toEqual([
      ['GET', '/v2/produtos', 'pagina=2'],
      ['GET', '/v2/produtos', ''],
    ])
  })

  it('is refused when it is the sixth in a second', async () => {
    sandbox.set({ limit: { requests: 5, perMs: 1000 } })
    const statuses = []
    for (let at = 0; at < 6; at += 1) statuses.push((await call('GET', '/v2/produtos?por_pagina=1')).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    now += 999
    expect((await call('GET', '/v2/produtos')).status).toBe(429)
    now += 1
    expect((await call('GET', '/v2/produtos')).status).toBe(200)
  })

  it('finds the same data on every start', async () => {
    const again = await startYandeh()
    expect(again.data).toEqual(sandbox.data)
    await again.close()
  })
})

describe('pre-registrations', () => {
  const clientes = '/cliente/smartforce'

  it('come by status, all of a status at once', async () => {
    const lists = await Promise.all(['Novo', 'Processando', 'Rejeitado', 'Finalizado'].map((status) => get(`${clientes}?status=${status}`)))
    for (const { detail } of lists) expect(detail).toEqual({ success: true, message: 'Clientes listados com sucesso.' })
    const ids = lists.flatMap(({ data }) => data.map(({ id }: Json) => id))
    expect(new Set(ids).size).toBe(sandbox.data.clientes.length)
    expect(ids).toHaveLength(96)
  })

  it('are the new ones without a status, or all: which is not known', async () => {
    expect((await get(clientes)).data).toHaveLength(24)
    sandbox.set({ traps: { withoutStatus: 'all' } })
    expect((await get(clientes)).data).toHaveLength(96)
  })

  it('have the members of the sample, and companies that other vendors know', async () => {
    const { data } = await get(`${clientes}?status=Novo`)
    expect(Object.keys(data[0]).join()).toBe(
      'id,cnpj,razao_social,nome_fantasia,ramo_atividade,data_fundacao,cep,endereco,numero,complemento,bairro,cidade,uf,contato,telefone_1,' +
        'email_nfe_1,email_nfe_2,email_comercial,email_cobranca,obs_nota,observacao,data_avaliacao,motivo,status,whatsapp,aceite_lgpd,' +
        'aceite_lgpd_nome,aceite_lgpd_cpf,inscricao_estadual,visita_dia,visita_frequencia,vendedor',
    )
    expect(sandbox.data.clientes.slice(0, 3).map(({ cnpj, cidade }) => [cnpj, cidade])).toEqual([
      ['20122123000102', 'São Paulo'],
      ['64484661000112', 'Canoas'],
      ['11222333000181', 'Porto Alegre'],
    ])
    expect(data.some(({ email_comercial, motivo }: Json) => email_comercial === '' && motivo === null)).toBe(true)
  })

  it('have a salesperson as an object, or as the list that the text says', async () => {
    expect((await get(clientes)).data[0].vendedor).toMatchObject({ id: expect.any(Number) })
    sandbox.set({ traps: { sellerAsList: true } })
    expect((await get(clientes)).data[0].vendedor).toHaveLength(1)
  })

  it('take a status and a reason', async () => {
    const answered = await call('PATCH', `${clientes}/165`, { status: 'Finalizado', reason: 'Cliente cadastrado no ERP com sucesso' })
    expect(answered).toMatchObject({
      status: 200,
      body: { detail: { success: true, message: 'Cliente 165 atualizado com sucesso' } },
    })
    expect((await get(`${clientes}?status=Finalizado`)).data.find(({ id }: Json) => id === 165)).toMatchObject({
      status: 'Finalizado',
      motivo: 'Cliente cadastrado no ERP com sucesso',
      data_avaliacao: '2026-11-16 12:00:00',
    })
  })

  it("refuse the same status again, and a customer that is not there, in the seed's words", async () => {
    expect(await call('PATCH', `${clientes}/166`, { status: 'Processando' })).toMatchObject({
      status: 422,
      body: {
        detail: { success: false, message: 'Erro ao atualizar cliente no SmartForce' },
        data: 'Cliente 166 já possui o status Processando',
      },
    })
    const missing = { detail: { success: false, message: 'Cliente não encontrado no SmartForce' }, data: {} }
    expect(await call('PATCH', `${clientes}/9`, { status: 'Processando' })).toMatchObject({ status: 422, body: missing })
    sandbox.set({ traps: { hiddenErrors: true } })
    expect(await call('PATCH', `${clientes}/9`, { status: 'Processando' })).toMatchObject({ status: 200, body: missing })
  })

  it('refuse what is not on the page', async () => {
    expect(await refusalOf('GET', `${clientes}?status=novo`)).toEqual([422, ['query', 'status']])
    expect(await refusalOf('GET', `${clientes}?pagina=1`)).toEqual([422, ['query', 'pagina']])
    for (const body of [{ status: 'Novo' }, {}, null, 'x']) {
      expect(await refusalOf('PATCH', `${clientes}/165`, body)).toEqual([422, ['body', 'status']])
    }
    expect(await refusalOf('PATCH', `${clientes}/165`, { status: 'Rejeitado', razao_social: 'X' })).toEqual([422, ['body', 'razao_social']])
    expect(await refusalOf('PATCH', `${clientes}/165`, { status: 'Rejeitado', reason: 5 })).toEqual([422, ['body', 'reason']])
    expect(sandbox.data.clientes[0]!.status).toBe('Novo')
  })
})

describe('products', () => {
  it('are a bare list of a hundred a page, empty past the end', async () => {
    expect(await get('/v2/produtos')).toHaveLength(100)
    expect(await get('/v2/produtos?pagina=3')).toHaveLength(40)
    expect(await get('/v2/produtos?pagina=4')).toEqual([])
    expect(await get('/v2/produtos?pagina=2&por_pagina=7')).toHaveLength(7)
  })

  it('are found by their code, by the pallet too', async () => {
    const { ean_ou_dun } = sandbox.data.produtos[6]!
    const rows = await get(`/v2/produtos?ean_ou_dun=${ean_ou_dun}`)
    expect(rows.map(({ pallet_multiplo_dun }: Json) => pallet_multiplo_dun)).toEqual([0, 48])
  })

  it('have either name of the middle price', async () => {
    expect((await get('/v2/produtos'))[0]).toHaveProperty('preco_normal')
    sandbox.set({ traps: { middlePrice: 'preco_embalagem' } })
    const [row] = await get('/v2/produtos')
    expect(row.preco_embalagem).toBe(sandbox.data.produtos[0]!.preco_normal)
    expect(row).not.toHaveProperty('preco_normal')
  })

  it('refuse pages that are none', async () => {
    expect(await refusalOf('GET', '/v2/produtos?pagina=0')).toEqual([422, ['query', 'pagina']])
    expect(await refusalOf('GET', '/v2/produtos?quantidade_pagina=5')).toEqual([422, ['query', 'quantidade_pagina']])
  })
})

describe('orders', () => {
  const pedidos = '/v2/pedidos'

  it('are the pending ones of seven days, unless a status and a day are named', async () => {
    const pending = sandbox.data.pedidos.filter(({ status }) => status === 'pendente')
    expect((await get(pedidos)).items.length).toBeLessThan(pending.length)
    expect((await get(`${pedidos}?start_date=2000-01-01`)).items).toHaveLength(pending.length)
    const recent = pending.filter(({ data_atualizacao }) => data_atualizacao >= '2026-06-01')
    expect((await get(`${pedidos}?status=pendente&start_date=2026-06-01`)).items).toHaveLength(recent.length)
    expect(recent.length).toBeGreaterThan(0)
  })

  it('fill several pages of one status', async () => {
    const page = async (number: number) => (await get(`${pedidos}?status=finalizado&start_date=2000-01-01&pagina=${number}`)).items.length
    expect(await Promise.all([1, 2, 3].map(page))).toEqual([100, 43, 0])
  })

  it('are found by id in their status, or in any: which is not known', async () => {
    const find = async (query: string) => (await get(`${pedidos}?pedidos_ids=50001&start_date=2000-01-01${query}`)).items.length
    expect([await find(''), await find('&status=finalizado')]).toEqual([0, 1])
    sandbox.set({ traps: { orderByIdAlone: true } })
    expect([await find(''), await find('&status=enviado')]).toEqual([1, 1])
  })

  it('have the header of other orders, another one, or none', async () => {
    const names = async () => Object.keys((await get(`${pedidos}?start_date=2000-01-01`)).items[0])
    expect(await names()).toEqual(expect.arrayContaining(['itens', 'cnpj_cliente', 'total', 'status']))
    sandbox.set({ traps: { orderHeader: 'nested' } })
    expect(await names()).toEqual(expect.arrayContaining(['cliente', 'resumo', 'situacao', 'emitido_em']))
    sandbox.set({ traps: { orderHeader: 'none' } })
    expect(await names()).toEqual(['id', 'cod_grupo_produto', 'sync_id', 'itens'])
  })

  it('name goods and customers that are there, and add up', () => {
    const codes = new Set(sandbox.data.produtos.map(({ ean_ou_dun, pallet_multiplo_dun }) => `${ean_ou_dun}:${pallet_multiplo_dun}`))
    for (const { itens, cnpj_cliente, total, descontos } of sandbox.data.pedidos) {
      expect(sandbox.data.clientes.some(({ cnpj }) => cnpj === cnpj_cliente)).toBe(true)
      for (const { ean_ou_dun, pallet_multiplo_dun } of itens) expect(codes).toContain(`${ean_ou_dun}:${pallet_multiplo_dun}`)
      const sum = itens.reduce((lines, item) => lines + item.quantidade * item.preco_embalagem, 0)
      expect(Math.abs(sum - descontos - total)).toBeLessThan(0.01)
    }
  })

  it('refuse what is not on the page', async () => {
    expect(await refusalOf('GET', `${pedidos}?status=aberto`)).toEqual([422, ['query', 'status']])
    expect(await refusalOf('GET', `${pedidos}?start_date=01/02/2026`)).toEqual([422, ['query', 'start_date']])
    expect(await refusalOf('GET', `${pedidos}?por_pagina=5`)).toEqual([422, ['query', 'por_pagina']])
  })
})

describe('titles', () => {
  const textOf = async (path: string) => {
    const response = await fetch(sandbox.url + path, { headers: { authorization: `Bearer ${sandbox.token}` } })
    return response.text()
  }

  it('have bar codes as integers that no double holds', async () => {
    const text = await textOf('/historico-titulos?por_pagina=3')
    const { codigo_barras } = sandbox.data.titulos[0]!
    expect(codigo_barras).toMatch(/^\d{42}$/)
    expect(text).toContain(`"codigo_barras":${codigo_barras},`)
  })

  it('tell how many pages there are, or nothing', async () => {
    const { data, ...rest } = await get('/historico-titulos?pagina=2&por_pagina=100')
    expect(rest).toMatchObject({ pagina: 2, por_pagina: 100, total_paginas: 2 })
    expect(data).toHaveLength(sandbox.data.titulos.length - 100)
    sandbox.set({ traps: { titlesEnvelope: 'content' } })
    expect(Object.keys(await get('/historico-titulos'))).toEqual(['content'])
  })

  it('are those of some orders, invoices or customers', async () => {
    const [first, second] = sandbox.data.titulos
    const found = async (query: string) => (await get(`/historico-titulos?${query}`)).data.map(({ id }: Json) => id)
    expect(await found(`numero_pedido=${first!.numero_pedido}&numero_pedido=${second!.numero_pedido}`)).toEqual([first!.id, second!.id])
    expect(await found(`numero_nota=${second!.numero_nota_fiscal}`)).toEqual([second!.id])
    expect(await found(`cnpj=${first!.cnpj_cliente}`)).toContain(first!.id)
  })
})
