import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import type { Json } from '../support/json.ts'
import { type Caller, logIn, refusals } from './client.ts'

let sandbox: EgestorSandbox
let call: Caller

beforeEach(async () => {
  sandbox = await startEgestor({ store: 'centro', limit: null, now: () => Date.parse('2026-11-16T15:00:00Z') })
  call = await logIn(sandbox)
})
afterEach(() => sandbox.close())

const get = async (path: string): Promise<Json> => (await call('GET', path)).body

/** Expects each body to be refused with its status, and nothing to be stored. */
async function refused(method: string, path: string, bodies: [number, unknown][]): Promise<void> {
  const before = JSON.stringify(Object.values(sandbox.data).map((table) => [...(table.rows ?? [])]))
  expect(await refusals(call, method, path, bodies)).toEqual(bodies)
  expect(JSON.stringify(Object.values(sandbox.data).map((table) => [...(table.rows ?? [])]))).toBe(before)
}

describe('vendas', () => {
  const sale = { codVendedor: 1, dtVenda: '2026-11-10', produtos: [{ codProduto: 1, quant: 2, vDesc: 0.5, preco: 10.37 }] }

  it('are created with their total and their receivables', async () => {
    const { status, body } = await call('POST', 'vendas', {
      ...sale,
      codContato: 324,
      situacao: 50,
      valorFrete: 15.45,
      valorDesc: 7.51,
      valorDespesasAcessorias: 12.5,
      clienteFinal: 1,
      customizado: { xCampo1: 'Deixar na portaria' },
      financeiros: [
        { dtVenc: '2026-12-10', valor: 20, codFormaPgto: 2, codCaixa: 2, codPlanoContas: 2, descricao: 'Parcela 1/2', tags: ['API'] },
        { dtVenc: '2027-01-10', valor: 20.68, pago: true },
      ],
    })
    expect([status, body]).toEqual([200, { codigo: 241, codVendedor: 1, dtVenda: '2026-11-10', valorTotal: 40.68 }])
    const venda = await get('vendas/241')
    expect(venda).toMatchObject({
      nomeContato: 'Mirante Girassol Comércio de Alimentos Ltda',
      clienteFinal: true,
      valorFinanc: 40.68,
      numParcelas: 2,
      ativo: true,
    })
    expect(venda.financeiros).toMatchObject([
      { situacao: 20, valor: 20, nomeFormaPgto: 'Boleto', codCaixa: 2, dtVenc: '2026-12-10' },
      { situacao: 40, valor: 20.68 },
    ])
    const [first] = venda.financeiros
    expect(await get(`recebimentos/${first.codigo}`)).toMatchObject({
      origem: 'vendas',
      codModulo: 241,
      codContato: 324,
      dtPgto: '0000-00-00',
    })
  })

  it("share the total out where the receivables have no amount, as in the seed's sample", async () => {
    const parts = [{ dtVenc: '2026-12-10' }, { dtVenc: '2027-01-10' }, { dtVenc: '2027-02-10' }]
    const { body } = await call('POST', 'vendas', { ...sale, produtos: [{ codProduto: 1, quant: 1, preco: 100 }], financeiros: parts })
    expect((await get(`vendas/${body.codigo}`)).financeiros.map(({ valor }: Json) => valor)).toEqual([33.33, 33.33, 33.34])
  })

  it('are refused for what the vendor refuses', async () => {
    await refused('POST', 'vendas', [
      [400, { dtVenda: '2026-11-10', produtos: sale.produtos }],
      [400, { codVendedor: 1, produtos: sale.produtos }],
      [400, { codVendedor: 1, dtVenda: '2026-11-10' }],
      [400, { ...sale, valorEntrada: 1 }],
      [422, { ...sale, produtos: [] }],
      [422, { ...sale, codContato: 99999 }],
      [422, { ...sale, codContato: 57 }],
      [422, { ...sale, codVendedor: 99 }],
      [422, { ...sale, produtos: [{ codProduto: 99999, quant: 1 }] }],
      [422, { ...sale, produtos: [{ codProduto: 1, quant: '1' }] }],
      [422, { ...sale, situacao: 20 }],
      [422, { ...sale, situacaoOS: 'Faturado' }],
      [422, { ...sale, dtVenda: '10/11/2026' }],
      [422, { ...sale, financeiros: [{ valor: 1 }] }],
      [422, { ...sale, financeiros: [{ dtVenc: '2026-12-10', codFormaPgto: 99 }] }],
      [422, { ...sale, valorTotal: 10 }],
    ])
  })

  it('change only in situation, order state and custom fields', async () => {
    const before = await get('vendas/3')
    const { status, body } = await call('PUT', 'vendas/3', { situacao: 50, situacaoOS: 'Entregue', campoAdicional2: 'Laudo ok' })
    expect([status, Object.keys(body)]).toEqual([200, ['codigo', 'codVendedor', 'dtVenda', 'valorTotal']])
    expect(await get('vendas/3')).toEqual({
      ...before,
      situacao: 50,
      situacaoOS: 'Entregue',
      customizado: { ...before.customizado, xCampo2: 'Laudo ok' },
    })
    await refused('PUT', 'vendas/3', [
      [400, { situacao: 50, dtEntrega: '2026-11-11' }],
      [400, { tags: [] }],
      [422, { situacao: 60 }],
      [422, { situacao: 50, situacaoOS: 'Faturado' }],
    ])
    expect((await call('PUT', 'vendas/3', { tags: [] })).body.errMsg).toBe('Impossível salvar a venda.')
  })

  it('lose their situation in a change that does not name it, as seen on the live API', async () => {
    await call('PUT', 'vendas/4', { situacaoOS: 'Entregue' })
    expect((await get('vendas/4')).situacao).toBe(0)
    sandbox.set({ traps: { putVendaClearsSituacao: false } })
    await call('PUT', 'vendas/6', { situacaoOS: 'Entregue' })
    expect((await get('vendas/6')).situacao).toBe(50)
  })

  it('are cancelled by a delete: the row stays, its receivables go', async () => {
    const { financeiros } = await get('vendas/1')
    expect(await call('DELETE', 'vendas/1')).toMatchObject({
      status: 200,
      body: { code: '200', msg: 'Venda com código 1 excluída com sucesso!' },
    })
    expect((await call('GET', 'vendas/1')).status).toBe(410)
    expect((await get('vendas/1?listarCanceladas=true')).ativo).toBe(false)
    expect((await get('vendas?filtro=1&listarCanceladas=2')).data.map(({ codigo }: Json) => codigo)).toContain(1)
    for (const { codigo } of financeiros) expect((await call('GET', `recebimentos/${codigo}`)).status).toBe(410)
    for (const method of ['DELETE', 'PUT']) expect((await call(method, 'vendas/1', { situacao: 50 })).status).toBe(410)
  })
})

describe('recebimentos', () => {
  const smallest = {
    codPlanoContas: 3,
    descricao: 'Mensalidade',
    valor: 100.5,
    dtVenc: '2026-12-01',
    dtComp: '2026-11-01',
    codDisponivel: 1,
  }
  const create = async (more = {}) => (await call('POST', 'recebimentos', { ...smallest, ...more })).body

  it('are created open, or received', async () => {
    const open = await create({ codContato: 324, dtPgto: '0000-00-00', recebido: false })
    expect(open).toEqual({
      codigo: expect.any(Number),
      descricao: 'Mensalidade',
      situacao: 20,
      origem: 'financeiro',
      codModulo: open.codigo,
    })
    expect(await get(`recebimentos/${open.codigo}`)).toMatchObject({
      valor: 100.5,
      dtPgto: '0000-00-00',
      codContato: 324,
      dtCad: '2026-11-16 12:00:00',
    })
    const paid = await create({ recebido: true, dtPgto: '2026-11-15' })
    expect(await get(`recebimentos/${paid.codigo}`)).toMatchObject({ situacao: 40, dtPgto: '2026-11-15' })
  })

  it('are refused for what the vendor refuses', async () => {
    const { dtComp, ...incomplete } = smallest
    await refused('POST', 'recebimentos', [
      [400, incomplete],
      [400, { ...smallest, pago: true }],
      [422, { ...smallest, valor: '100.50' }],
      [422, { ...smallest, valor: 0 }],
      [422, { ...smallest, codContato: 99999 }],
      [422, { ...smallest, codDisponivel: 99 }],
      [422, { ...smallest, dtPgto: '' }],
      [422, { ...smallest, dtPgto: null }],
      [422, { ...smallest, dtCad: '2026-11-01 00:00:00' }],
      [422, { ...smallest, situacao: 40 }],
    ])
    await refused('PUT', 'recebimentos/1', [
      [400, { recebido: true }],
      [422, { codigo: 1 }],
      [422, { dtVenc: '' }],
    ])
  })

  it("change by what is named; the seed's dtCad and dtPgto are taken and change nothing", async () => {
    const { codigo } = await create()
    const before = await get(`recebimentos/${codigo}`)
    const { body } = await call('PUT', `recebimentos/${codigo}`, { valor: 90, dtPgto: '2026-01-01', dtCad: '2017-06-02 11:57:03' })
    expect(body).toMatchObject({ codigo, situacao: 20, origem: 'financeiro' })
    expect(await get(`recebimentos/${codigo}`)).toEqual({ ...before, valor: 90 })
  })

  it('are received once, with the whole amount', async () => {
    const { codigo } = await create()
    const path = `recebimentos/${codigo}/receber`
    expect((await call('PUT', path, { valor: 100.5 })).status).toBe(400)
    expect((await call('PUT', path, { valor: 100.5, dtPgto: '' })).status).toBe(422)
    expect((await call('PUT', path, { valor: 50, dtPgto: '2026-11-16' })).status).toBe(400)
    expect((await get(`recebimentos/${codigo}`)).situacao).toBe(20)
    const { body } = await call('PUT', path, { valor: 100.5, dtPgto: '2026-11-16' })
    expect(body).toEqual({ code: 200, msg: 'Recebimento efetuado com sucesso.', obs: null, fields: null })
    expect(await get(`recebimentos/${codigo}`)).toMatchObject({ situacao: 40, dtPgto: '2026-11-16', valor: 100.5 })
    expect((await call('PUT', path, { valor: 100.5, dtPgto: '2026-11-16' })).status).toBe(400)
  })

  it('take a part as a part, or as the whole, by a switch', async () => {
    sandbox.set({ traps: { partialReceipt: 'split' } })
    const { codigo } = await create()
    await call('PUT', `recebimentos/${codigo}/receber`, { valor: 40, dtPgto: '2026-11-16' })
    expect(await get(`recebimentos/${codigo}`)).toMatchObject({ situacao: 40, valor: 40 })
    expect(await get(`recebimentos/${codigo + 1}`)).toMatchObject({ situacao: 20, valor: 60.5, descricao: 'Mensalidade' })
    sandbox.set({ traps: { partialReceipt: 'accept as full' } })
    await call('PUT', `recebimentos/${codigo + 1}/receber`, { valor: 1, dtPgto: '2026-11-16' })
    expect(await get(`recebimentos/${codigo + 1}`)).toMatchObject({ situacao: 40, valor: 60.5 })
  })

  it('are deleted softly, with the code as a number', async () => {
    const { codigo } = await create()
    expect((await call('DELETE', `recebimentos/${codigo}`)).body).toEqual({
      code: 200,
      msg: `Recebimento com código ${codigo} excluído com sucesso!`,
      obs: null,
      fields: null,
    })
    expect((await call('GET', `recebimentos/${codigo}`)).status).toBe(410)
  })

  it('show in their sale that they were received', async () => {
    const [part] = (
      await call('POST', 'vendas', {
        codVendedor: 1,
        dtVenda: '2026-11-10',
        produtos: [{ codProduto: 1, quant: 1, preco: 9 }],
        financeiros: [{ dtVenc: '2026-12-10' }],
      }).then(({ body }) => get(`vendas/${body.codigo}`))
    ).financeiros
    await call('PUT', `recebimentos/${part.codigo}/receber`, { valor: 9, dtPgto: '2026-11-16' })
    const { codModulo } = await get(`recebimentos/${part.codigo}`)
    expect((await get(`vendas/${codModulo}`)).financeiros[0].situacao).toBe(40)
  })
})
