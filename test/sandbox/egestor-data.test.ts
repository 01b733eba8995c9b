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

describe('a made-up account', () => {
  it('is the same on every start, and other in the other store', async () => {
    const again = await startEgestor({ store: 'centro' })
    const other = await startEgestor({ store: 'norte' })
    expect([...again.data.vendas.rows]).toEqual([...sandbox.data.vendas.rows])
    const companies = (store: EgestorSandbox) =>
      new Set([...store.data.contatos.rows.values()].map(({ cpfcnpj }) => cpfcnpj).filter((id) => id.length === 14))
    expect([...companies(other)].filter((id) => companies(sandbox).has(id)).length).toBeGreaterThan(10)
    expect(other.data.contatos.rows.size).toBeLessThan(130)
    await Promise.all([again.close(), other.close()])
  })

  it('refers only to what is there', async () => {
    const { vendas, contatos, produtos, servicos, usuarios, recebimentos, formasPagamento, planoContas, disponiveis, categorias } =
      sandbox.data
    for (const row of vendas.rows.values()) {
      expect(row.codContato === 0 || contatos.rows.get(row.codContato)?.nome === row.nomeContato).toBe(true)
      expect(usuarios.rows.get(row.codVendedor)?.vendedor).toBe(true)
      for (const { codProduto, tipo } of row.produtos) expect((tipo === 'produto' ? produtos : servicos).rows.has(codProduto)).toBe(true)
      for (const code of row.financeiros) expect(recebimentos.rows.get(code)).toMatchObject({ codModulo: row.codigo, origem: 'vendas' })
      const sum = row.financeiros.reduce((total, code) => total + recebimentos.rows.get(code)!.valor, 0)
      expect(sum).toBeCloseTo(row.valorFinanc, 2)
    }
    for (const row of recebimentos.rows.values()) {
      expect(row.codContato === 0 || contatos.rows.has(row.codContato)).toBe(true)
      expect(row.codFormaPgto === 0 || formasPagamento.rows.has(row.codFormaPgto)).toBe(true)
      expect(planoContas.rows.has(row.codPlanoContas) && disponiveis.rows.has(row.codDisponivel)).toBe(true)
    }
    for (const { codCategoria } of produtos.rows.values()) expect(codCategoria === 0 || categorias.rows.has(codCategoria)).toBe(true)
  })

  it('has tax ids with right check digits, but for two', async () => {
    // Written otherwise than in the sandbox: ten times the sum, modulo 11, modulo 10.
    const digit = (base: string, highest: number) => {
      const weights = [...base].map((_, at) => ((base.length - 1 - at) % (highest - 1)) + 2)
      const sum = [...base].reduce((total, character, at) => total + (character.charCodeAt(0) - 48) * weights[at]!, 0)
      return String(((sum * 10) % 11) % 10)
    }
    const isRight = (id: string) => {
      const highest = id.length === 11 ? 11 : 9
      return digit(id.slice(0, -2), highest) === id.at(-2) && digit(id.slice(0, -1), highest) === id.at(-1)
    }
    expect(['52998224725', '11222333000181', '12ABC34501DE35'].every(isRight)).toBe(true)
    const contatos = [...sandbox.data.contatos.rows.values()].filter(({ cpfcnpj }) => cpfcnpj !== '')
    expect(contatos.every(({ cpfcnpj }) => /^(\d{11}|[0-9A-Z]{12}\d\d)$/.test(cpfcnpj))).toBe(true)
    expect(contatos.filter(({ cpfcnpj }) => !isRight(cpfcnpj)).map(({ codigo }) => codigo)).toEqual(['49', '91'])
  })

  it('holds every trap', async () => {
    const contatos = [...sandbox.data.contatos.rows.values()]
    const reads = await Promise.all(contatos.slice(0, 50).map(({ codigo }) => get(`contatos/${codigo}`)))
    const produtos = await all('produtos')
    const recebimentos = [...sandbox.data.recebimentos.rows.values()]
    const vendas = await all('vendas?fields=dtEntrega,dtCad,situacaoOS,tags,valorTotal')
    const traps = {
      'a supplier or carrier that is no customer': contatos.some(({ tipo }) => !tipo.includes('cliente')),
      'a CEP that lost its zero': contatos.some(({ cep }) => typeof cep === 'number' && cep < 10_000_000 && cep > 0),
      'e-mails under three names': ['email', 'valor', 'endereco'].every((name) =>
        contatos.some((row) => row.emails.some((one) => typeof one === 'object' && name in one)),
      ),
      'telephones under four names': ['fone', 'telefone', 'numero', 'valor'].every((name) =>
        contatos.some((row) => row.fones.some((one) => typeof one === 'object' && name in one)),
      ),
      'e-mails as text': contatos.some(({ emails }) => typeof emails[0] === 'string'),
      'indicadorIE 0': contatos.some(({ indicadorIE }) => indicadorIE === 0),
      'several tags in one': contatos.some(({ tags }) => tags[0]?.includes(',')),
      'dtNasc 0000-00-00': contatos.some(({ dtNasc }) => dtNasc === '0000-00-00'),
      'dtCad 0000-00-00 00:00:00': contatos.some(({ dtCad }) => dtCad === '0000-00-00 00:00:00'),
      'an alphanumeric CNPJ of a new company': contatos.some(({ cpfcnpj, dtCad }) => /[A-Z]/.test(cpfcnpj) && dtCad > '2026-07'),
      nomeContato: reads.some((row) => 'nomeContato' in row),
      nomeParaContato: reads.some((row) => 'nomeParaContato' in row),
      'excecaoIPI as number and empty': new Set(produtos.map(({ excecaoIPI }) => typeof excecaoIPI)).size === 2,
      'four decimals': produtos.some(({ precoVenda }) => Math.abs(precoVenda * 100 - Math.round(precoVenda * 100)) > 0.001),
      'pictures in the list': produtos.some(({ listaImagens }) => listaImagens.length > 1),
      'dtPgto empty': recebimentos.some(({ dtPgto }) => dtPgto === ''),
      'dtPgto 0000-00-00': recebimentos.some(({ dtPgto }) => dtPgto === '0000-00-00'),
      'due later': recebimentos.some(({ dtVenc }) => dtVenc > '2026-11-16'),
      'free order state': vendas.some(({ situacaoOS }) => situacaoOS === 'Faturado'),
      'dtEntrega both ways empty': ['', '0000-00-00'].every((empty) => vendas.some(({ dtEntrega }) => dtEntrega === empty)),
    }
    expect(Object.entries(traps).filter(([, there]) => !there)).toEqual([])
    expect(await get('produtos/7')).toMatchObject({ codigo: '7', pesoBruto: expect.stringMatching(/^\d+\.\d{3}$/), tipoProduto: 'produto' })
    expect((await get('produtos')).data[0]).toMatchObject({ codigo: 1, pesoBruto: expect.any(Number) })
    const row = (await get('recebimentos?fields=codigo,valor,situacao,codContato,taxa')).data[0]
    expect(Object.values(row).every((value) => typeof value === 'string')).toBe(true)
    expect(row.valor).toMatch(/^\d+\.\d{2}$/)
    expect(await get('recebimentos/1')).toMatchObject({ codigo: 1, valor: expect.any(Number), situacao: expect.any(Number) })
  })
})
