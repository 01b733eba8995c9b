import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import type { Json } from '../support/json.ts'
import { type Caller, logIn, refusals, request } from './client.ts'

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

describe('contatos', () => {
  const smallest = { nome: 'Várzea Ótica Ltda', tipo: ['cliente'] }

  it('are created with 200 and the code as a number, and read back with it as text', async () => {
    const { status, body } = await call('POST', 'contatos', {
      ...smallest,
      codigo: 324,
      cep: 4320040,
      codIBGE: '3550308',
      uf: 'SP',
      cpfcnpj: '00000000000191',
      emails: ['a@exemplo.com.br'],
    })
    expect([status, body]).toEqual([200, { codigo: 346, nome: 'Várzea Ótica Ltda' }])
    expect(await get('contatos/346')).toMatchObject({
      codigo: '346',
      cep: '4320040',
      cidade: 'São Paulo',
      dtCad: '2026-11-16 12:00:00',
      indicadorIE: 9,
      emails: ['a@exemplo.com.br'],
      fones: [],
    })
  })

  it('are refused for what the vendor refuses, and nothing is saved', async () => {
    await refused('POST', 'contatos', [
      [400, {}],
      [400, []],
      [400, { nome: 'x' }],
      [400, { ...smallest, telefone: '11' }],
      [400, JSON.parse('{"nome":"x","tipo":["cliente"],"__proto__":{"a":1}}')],
      [422, { ...smallest, nome: '' }],
      [422, { ...smallest, nome: 'x'.repeat(61) }],
      [422, { ...smallest, tipo: ['customer'] }],
      [422, { ...smallest, tipo: [] }],
      [422, { ...smallest, dtCad: '2026-01-01 00:00:00' }],
      [422, { ...smallest, cidade: 'São Paulo' }],
      [422, { ...smallest, cidadeEntrega: 'São Paulo' }],
      [422, { ...smallest, indicadorIE: 0 }],
      [422, { ...smallest, indicadorIE: '9' }],
      [422, { ...smallest, codIBGE: '355030', uf: 'SP' }],
      [422, { ...smallest, codIBGE: '3550308', uf: 'RJ' }],
      [422, { ...smallest, codIBGE: '3550308' }],
      [422, { ...smallest, uf: 'XX' }],
      [422, { ...smallest, cep: '4320-04' }],
      [422, { ...smallest, cpfcnpj: '12.345' }],
      [422, { ...smallest, dtNasc: '13/02/1992' }],
      [422, { ...smallest, emails: [{ email: 'a@exemplo.com.br' }] }],
      [422, { ...smallest, fones: '11 3456-7890' }],
      [422, { ...smallest, clienteFinal: 1 }],
      [422, { ...smallest, obs: null }],
    ])
    await refused('PUT', 'contatos/324', [
      [422, { codigo: 324, nome: 'x' }],
      [422, { nome: 'x', dtCad: '' }],
      [400, { nomeContato: 'x' }],
    ])
    const broken = await request(`${sandbox.url}/v1/contatos`, {
      method: 'POST',
      headers: { authorization: sandbox.requests.at(-1)!.headers.authorization!, 'content-type': 'application/json' },
      body: '{"nome":',
    })
    expect(broken.status).toBe(400)
  })

  it('name the members they refuse', async () => {
    expect((await call('POST', 'contatos', { ...smallest, a: 1, b: 2 })).body.errFields).toEqual(['a', 'b'])
  })

  it('change by what is named and answer the whole contact', async () => {
    const before = await get('contatos/324')
    const { status, body } = await call('PUT', 'contatos/324', { codIBGE: '4304606', uf: 'RS', fones: [] })
    expect(status).toBe(200)
    expect(body).toEqual({ ...before, codIBGE: '4304606', uf: 'RS', cidade: 'Canoas', fones: [] })
    expect(await get('contatos/324')).toEqual(body)
  })

  it('can be replaced as a whole, under the worse reading of the documentation', async () => {
    sandbox.set({ traps: { putContatoReplaces: true } })
    expect((await call('PUT', 'contatos/324', { obs: 'x' })).status).toBe(400)
    const { body } = await call('PUT', 'contatos/324', smallest)
    expect(body).toMatchObject({ codigo: '324', dtCad: '2026-03-12 09:41:07', fantasia: '', emails: [], cidade: '' })
  })

  it('take a wrong check digit unless told not to', async () => {
    const wrong = { ...smallest, cpfcnpj: '83294489654' } // the seed's own sample fails the check
    expect((await call('POST', 'contatos', wrong)).status).toBe(200)
    sandbox.set({ traps: { wrongTaxIdRefused: true } })
    expect((await call('POST', 'contatos', wrong)).status).toBe(422)
    expect((await call('POST', 'contatos', { ...smallest, cpfcnpj: '52998224725' })).status).toBe(200)
    // The example of the Receita Federal for the alphanumeric CNPJ.
    expect((await call('POST', 'contatos', { ...smallest, cpfcnpj: '12ABC34501DE35' })).status).toBe(200)
  })

  it('are deleted softly', async () => {
    expect(await call('DELETE', 'contatos/324')).toMatchObject({
      status: 200,
      body: { code: '200', msg: 'Contato com código 324 excluído com sucesso!', obs: null, fields: null },
    })
    for (const method of ['GET', 'DELETE']) expect((await call(method, 'contatos/324')).status).toBe(410)
    expect((await call('PUT', 'contatos/324', { obs: '' })).status).toBe(410)
    expect((await call('DELETE', 'contatos/9999')).status).toBe(404)
  })
})

describe('produtos and servicos', () => {
  it('share one sequence of codes and answer code and description', async () => {
    expect((await call('POST', 'produtos', { descricao: 'Novo produto', precoVenda: 10.37, tags: ['a'] })).body).toEqual({
      codigo: 155,
      descricao: 'Novo produto',
    })
    expect((await call('POST', 'servicos', { descricao: 'Novo serviço', dtCad: '2017-04-24 11:44:35' })).body).toEqual({
      codigo: 156,
      descricao: 'Novo serviço',
    })
    expect(await get('produtos/155')).toMatchObject({
      codigo: '155',
      precoVenda: 10.37,
      excecaoIPI: '',
      pesoBruto: '0.000',
      updatedAt: '2026-11-16 12:00:00',
    })
    expect(await get('servicos/156')).toMatchObject({ codigo: 156, tipoProduto: 'servico', dtCad: '2026-11-16 12:00:00' })
    expect((await call('GET', 'produtos/156')).status).toBe(404)
  })

  it('change by what is named', async () => {
    const before = await get('produtos/7')
    expect((await call('PUT', 'produtos/7', { precoVenda: 1.2345 })).body).toEqual({ codigo: 7, descricao: before.descricao })
    expect(await get('produtos/7')).toEqual({ ...before, precoVenda: 1.2345, updatedAt: '2026-11-16 12:00:00' })
    expect((await call('PUT', 'servicos/134', { precoVenda: 2 })).body.codigo).toBe(134)
    expect((await get('servicos/134')).precoVenda).toBe(2)
  })

  it('are refused for what the vendor refuses', async () => {
    await refused('POST', 'produtos', [
      [400, { precoVenda: 1 }],
      [400, { descricao: 'x', preco: 1 }],
      [422, { descricao: 'x', precoVenda: '10.37' }],
      [422, { descricao: 'x', precoVenda: -1 }],
      [422, { descricao: 'x', codCategoria: 99 }],
      [422, { descricao: 'x', origemFiscal: 9 }],
      [422, { descricao: 'x', controlarEstoque: 1 }],
      [422, { descricao: 'x', dtCad: '2026-01-01 00:00:00' }],
    ])
    await refused('PUT', 'servicos/134', [
      [422, { dtCad: '2026-01-01 00:00:00' }],
      [422, { codigo: 134 }],
      [400, { estoque: 1 }],
    ])
  })

  it('are deleted softly', async () => {
    expect((await call('DELETE', 'produtos/7')).body.msg).toBe('Produto com código 7 excluído com sucesso.')
    expect((await call('GET', 'produtos/7')).status).toBe(410)
    expect((await call('DELETE', 'servicos/134')).body.code).toBe('200')
    expect((await call('GET', 'servicos/134')).status).toBe(410)
  })
})
