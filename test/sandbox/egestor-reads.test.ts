import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import type { Json } from '../support/json.ts'
import { type Caller, logIn } from './client.ts'

let sandbox: EgestorSandbox
let call: Caller

beforeEach(async () => {
  sandbox = await startEgestor({ store: 'centro', limit: null, now: () => Date.parse('2026-11-16T15:00:00Z') })
  call = await logIn(sandbox)
})
afterEach(() => sandbox.close())

const get = async (path: string): Promise<Json> => (await call('GET', path)).body
const statusOf = async (method: string, path: string, content?: unknown) => (await call(method, path, content)).status
/** All rows of a list, page by page. */
async function all(path: string): Promise<Json[]> {
  const rows = []
  for (let page = 1, last = 1; page <= last; page += 1) {
    const body = await get(`${path}${path.includes('?') ? '&' : '?'}page=${page}`)
    rows.push(...body.data)
    last = body.last_page
  }
  return rows
}

describe('a list', () => {
  it('has 50 rows a page, and never says where the next one is', async () => {
    const { data, ...first } = await get('contatos')
    const total = first.total
    const last = Math.ceil(total / 50)
    const fixed = { per_page: 50, last_page: last, next_page_url: null, prev_page_url: null }
    expect(first).toEqual({ total, current_page: 1, from: 1, to: 50, ...fixed })
    expect(data).toHaveLength(50)
    const { data: tail, ...end } = await get(`contatos?page=${last}`)
    expect(end).toEqual({ total, current_page: last, from: (last - 1) * 50 + 1, to: total, ...fixed })
    expect(tail).toHaveLength(total - (last - 1) * 50)
  })

  it('is empty past its end', async () => {
    const { status, body } = await call('GET', 'contatos?page=99')
    expect(status).toBe(200)
    expect(body).toMatchObject({ data: [], from: null, to: null, current_page: 99, total: 339 })
  })

  it('shows its default fields, or just those that are asked for', async () => {
    const keys = async (path: string) =>
      Object.keys((await get(path)).data[0])
        .sort()
        .join()
    expect(await keys('contatos')).toBe('cidade,clienteFinal,codigo,emails,fones,nome,tags,tipo,uf')
    expect(await keys('vendas')).toBe(
      'ativo,codContato,codVendedor,codigo,codsNFe,dtVenda,nomeContato,situacao,tags,valorFinanc,valorTotal',
    )
    expect(await keys('recebimentos')).toBe('codigo,data,descricao,nomeContato,situacao,valor')
    expect(await keys('servicos')).toBe('cnae,codigo,codigoGrupoTributos,descricao,dtCad,itemListaServico,precoVenda,tags')
    expect(await keys('contatos?fields=nome,cpfcnpj')).toBe('cpfcnpj,nome')
    expect(await keys('recebimentos?fields=codigo,dtPgto')).toBe('codigo,dtPgto')
  })

  it('refuses parameters and fields nobody documented', async () => {
    for (const path of [
      'contatos?tipo=cliente',
      'contatos?cpfcnpj=1',
      'contatos?updatedAfter=2026-01-01',
      'contatos?limit=10',
      'contatos?per_page=10',
      'contatos?fields=codigo,codIBGE',
      'contatos?fields=suframa',
      'contatos?orderBy=dtCad,asc',
      'contatos?orderBy=nome,up',
      'contatos?__proto__=1',
      'vendas?codContato=1',
      'vendas?orderBy=valorFrete,asc',
      'recebimentos?fields=codFormaPgto',
      'servicos?updatedAfter=2026-01-01',
      'usuarios?nome=x',
    ]) {
      const { status, body } = await call('GET', path)
      expect([path, status]).toEqual([path, 400])
      expect(body.errFields).toHaveLength(1)
    }
  })

  it('refuses values out of their domain', async () => {
    for (const path of [
      'contatos?page=0',
      'contatos?page=a',
      'contatos?clienteFinal=3',
      'produtos?updatedAfter=2026-01-01',
      'vendas?tipo=20',
      'vendas?dtIni=01/02/2026',
      'vendas?dtIni=2026-02-30',
      'vendas?dtIni=2026-02-01&dtTipo=dtPgto',
      'vendas?listarCanceladas=3',
      'recebimentos?situFin=10',
      'recebimentos?origem=loja',
    ])
      expect([path, await statusOf('GET', path)]).toEqual([path, 422])
  })

  it('has switches for what is not known', async () => {
    sandbox.set({ traps: { contatoExtraFields: true, vendaAtivoField: false, pageNumbersAsText: true, recebimentosRow: 'seed' } })
    expect(await statusOf('GET', 'contatos?fields=codIBGE,suframa')).toBe(200)
    expect(await statusOf('GET', 'vendas?fields=ativo')).toBe(400)
    expect((await get('vendas')).last_page).toBe('5')
    const row = (await get('recebimentos')).data[0]
    expect(Object.keys(row).sort().join()).toBe(
      'codBoleto,codDisponivel,codRecibo,codigo,contato,data,descricao,nomeDisponivel,previsao,situacao,valor',
    )
    expect(Object.values(row).every((value) => typeof value === 'string')).toBe(true)
  })

  it('orders by one field, up or down', async () => {
    const codes = (await all('contatos?fields=codigo&orderBy=codigo,desc')).map(({ codigo }) => Number(codigo))
    expect(codes).toEqual([...codes].sort((a, b) => b - a))
    const amounts = (await all('recebimentos?fields=valor&orderBy=valor,asc')).map(({ valor }) => Number(valor))
    expect(amounts).toEqual([...amounts].sort((a, b) => a - b))
    expect(amounts.length).toBeGreaterThan(400)
  })
})

describe('the filters', () => {
  it('find a contact by name without accents, by code, e-mail, telephone and tag', async () => {
    const found = async (query: string) => (await all(`contatos?${query}`)).map(({ codigo }) => codigo)
    expect(await found('filtro=mirante%20girassol')).toContain('324')
    expect(await found('filtro=INES%20GALVAO')).toContain('324')
    expect(await found('filtro=324')).toContain('324')
    expect(await found('email=doca@')).toEqual([])
    expect(await found('email=compras@mirante')).toContain('324')
    expect(await found('telefone=11987654321')).toEqual(['324'])
    expect(await found('filtro=atacado')).toContain('324')
    expect((await all('contatos?clienteFinal=2')).every(({ clienteFinal }) => clienteFinal === false)).toBe(true)
  })

  it('find products by own code, category and time of change', async () => {
    expect((await get('produtos?IcProd=P0007')).data.map(({ codigo }: Json) => codigo)).toEqual([7])
    expect((await all('produtos?codCategoria=3')).every(({ codCategoria }) => codCategoria === 3)).toBe(true)
    const after = await all('produtos?updatedAfter=2026-06-01%2000:00:00')
    expect(after.length).toBeGreaterThan(0)
    expect(after.every(({ updatedAt }) => updatedAt > '2026-06-01 00:00:00')).toBe(true)
    await call('PUT', 'produtos/1', { precoVenda: 9.99 })
    expect((await get('produtos?updatedAfter=2026-11-16%2011:59:59')).data.map(({ codigo }: Json) => codigo)).toEqual([1])
  })

  it('leave cancelled sales out unless they are asked for', async () => {
    const [normal, both, only] = await Promise.all([all('vendas'), all('vendas?listarCanceladas=1'), all('vendas?listarCanceladas=2')])
    expect(both).toHaveLength(240)
    expect(normal.length + only.length).toBe(240)
    expect(only.length).toBeGreaterThan(10)
    expect(only.every(({ ativo }) => ativo === false)).toBe(true)
    expect(normal.every(({ ativo }) => ativo === true)).toBe(true)
  })

  it('find sales by kind, seller, state and days, both inclusive', async () => {
    const all10 = await all('vendas?tipo=10')
    expect(all10.length).toBeGreaterThan(20)
    expect(all10.every(({ situacao }) => situacao === 10)).toBe(true)
    const day = sandbox.data.vendas.rows.get(100)!.dtVenda
    const ofDay = await all(`vendas?dtTipo=dtVenda&dtIni=${day}&dtFim=${day}`)
    expect(ofDay.map(({ codigo }) => codigo)).toContain(100)
    expect(ofDay.every(({ dtVenda }) => dtVenda === day)).toBe(true)
    const free = await all('vendas?situOS=Faturado%20%2B%20boleto&vendedor=2&fields=situacaoOS,codVendedor,clienteFinal')
    expect(free.length).toBeGreaterThan(0)
    for (const { situacaoOS, codVendedor, clienteFinal } of free) {
      expect([situacaoOS, codVendedor]).toEqual(['Faturado + boleto', 2])
      expect([0, 1]).toContain(clienteFinal)
    }
  })

  it('find receivables by state, origin, several codes and due day', async () => {
    const open = await all('recebimentos?situFin=20&fields=situacao,data,dtVenc')
    expect(open.every(({ situacao, data, dtVenc }) => situacao === '20' && data === dtVenc)).toBe(true)
    const paid = await all('recebimentos?situFin=40&fields=situacao,data,dtPgto')
    expect(paid.every(({ situacao, data, dtPgto }) => situacao === '40' && data === dtPgto)).toBe(true)
    expect(open.length + paid.length).toBe((await get('recebimentos')).total)
    const some = [...sandbox.data.recebimentos.rows.keys()].filter((code) => !sandbox.data.recebimentos.deleted.has(code)).slice(3, 6)
    expect((await get(`recebimentos?filtro=${some}`)).data.map(({ codigo }: Json) => Number(codigo))).toEqual(some)
    const day = sandbox.data.recebimentos.rows.get(some[0]!)!.dtVenc
    const ofDay = await all(`recebimentos?dtTipo=dtVenc&dtIni=${day}&dtFim=${day}&fields=codigo,dtVenc`)
    expect(ofDay.map(({ codigo }) => Number(codigo))).toContain(some[0])
    expect(ofDay.every(({ dtVenc }) => dtVenc === day)).toBe(true)
    const due = await all('recebimentos?dtTipo=dtVenc&dtIni=2026-11-17&fields=dtVenc,origem&origem=vendas')
    expect(due.length).toBeGreaterThan(0)
    expect(due.every(({ dtVenc, origem }) => dtVenc > '2026-11-16' && origem === 'vendas')).toBe(true)
  })
})

describe('a single read', () => {
  it('is 404 where nothing ever was and 410 where it was deleted', async () => {
    expect(await call('GET', 'contatos/99999')).toMatchObject({
      status: 404,
      body: { errCode: 404, errMsg: 'Nenhum registro com código 99999 econtrado', errObs: null, errFields: null },
    })
    expect(await call('GET', 'contatos/57')).toMatchObject({
      status: 410,
      body: { errCode: 410, errMsg: 'Registro com código 57 não existe.' },
    })
    expect((await all('contatos')).some(({ codigo }) => codigo === '57')).toBe(false)
  })

  it('has every member of contact 324 filled', async () => {
    const contact = await get('contatos/324')
    expect(contact.codigo).toBe('324')
    for (const [name, value] of Object.entries(contact))
      expect([name, value === '' || (Array.isArray(value) && value.length === 0)]).toEqual([name, false])
  })

  it('of a sale shows its lines, its receivables and its contact', async () => {
    const venda = await get('vendas/1')
    expect(venda.produtos[0]).toHaveProperty('tipo')
    expect((await get('vendas/6')).produtos[0]).toHaveProperty('tipoProd')
    for (const one of venda.financeiros) {
      const receivable = await get(`recebimentos/${one.codigo}`)
      expect(receivable).toMatchObject({
        codigo: one.codigo,
        codModulo: 1,
        origem: 'vendas',
        valor: one.valor,
        codDisponivel: one.codCaixa,
      })
    }
    expect(await get('vendas/1/contato')).toMatchObject({
      codigo: venda.codContato,
      nome: venda.nomeContato,
      nomeParaContato: expect.any(String),
    })
    expect(await get('config/vendas/customizado')).toEqual({ xCampo1: 'Observações gerais', xCampo2: 'Laudo técnico' })
  })

  it('of a cancelled sale needs listarCanceladas', async () => {
    expect(await statusOf('GET', 'vendas/5')).toBe(410)
    expect((await get('vendas/5?listarCanceladas=true')).ativo).toBe(false)
  })

  it('works for what others refer to', async () => {
    expect((await get('categorias')).data[0]).toEqual({ codigo: '1', nome: 'Alimentação' })
    expect((await get('usuarios?vendedor=1')).total).toBe(4)
    expect(await get('disponiveis/1')).toMatchObject({ codigo: 1, nome: 'Caixa interno' })
    expect((await get('formasPagamento')).total).toBe(4)
    expect((await get('planoContas?orderBy=nome,asc')).total).toBe(4)
    expect((await get('empresa')).fantasia).toBe('Loja Centro')
  })
})
