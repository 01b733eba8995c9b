import { day } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { among, contains, equals, type Filter, type ListRules, listPage } from './query.ts'
import { type Account, find, type Table, type Venda } from './records.ts'
import { createVenda, findActive, updateVenda } from './vendas-write.ts'

const fields = (
  'codigo,codContato,nomeContato,codVendedor,dtVenda,dtEntrega,dtCad,valorTotal,valorFrete,valorFinanc,valorEntrada,numParcelas,codsNFe,' +
  'clienteFinal,situacao,situacaoOS,tags'
).split(',')
const defaultFields = 'codigo,codContato,nomeContato,codVendedor,dtVenda,valorTotal,valorFinanc,codsNFe,situacao,tags,ativo'.split(',')
const orderBy = (
  'codigo,codContato,codVendedor,clienteFinal,dtVenda,dtEntrega,dtCad,valorTotal,valorFinanc,valorEntrada,numParcelas,tags,situOS,situacao,' +
  'nomeContato,nomeVendedor'
).split(',')

const days: Record<string, (row: Venda) => string> = {
  dtVenda: (row) => row.dtVenda,
  dtCad: (row) => row.dtCad.slice(0, 10),
  dtEntrega: (row) => row.dtEntrega,
}

/** Without dtTipo it is the day of the sale (D1). */
const within =
  (keeps: (shown: string, bound: string) => boolean): Filter<Venda> =>
  (value, query) => {
    const read = days[query.dtTipo ?? 'dtVenda']
    return day(value) && read ? (row) => day(read(row)) && keeps(read(row), value) : null
  }

function listRules(account: Account, ativoField: boolean): ListRules<Venda> {
  const paidBy = (row: Venda, name: 'codFormaPgto' | 'codDisponivel', value: string) =>
    row.financeiros.some((code) => String(account.recebimentos.rows.get(code)?.[name]) === value)
  return {
    filters: {
      filtro: (value, query) => {
        const test = contains<Venda>((row) => [row.nomeContato, ...row.tags])(value, query)!
        return (row) => String(row.codigo) === value || test(row)
      },
      dtTipo: (value) => (Object.hasOwn(days, value) ? () => true : null),
      dtIni: within((shown, bound) => shown >= bound),
      dtFim: within((shown, bound) => shown <= bound),
      vendedor: equals((row) => row.codVendedor),
      tipo: among({ 10: (row) => row.situacao === 10, 50: (row) => row.situacao === 50 }),
      formaPgto: (value) => (row) => paidBy(row, 'codFormaPgto', value),
      contaDest: (value) => (row) => paidBy(row, 'codDisponivel', value),
      situOS: equals((row) => row.situacaoOS),
      buscaObs: contains((row) => Object.values(row.customizado)),
      fiscal: among({ comNFe: (row) => row.codsNFe.length > 0, semNFe: (row) => row.codsNFe.length === 0 }),
      listarCanceladas: among({ 1: () => true, 2: (row) => !row.ativo }),
    },
    fields: ativoField ? [...fields, 'ativo'] : fields,
    defaultFields,
    orderBy,
    // 1 or 0 in a list, true or false in a single read (D1).
    value: (row, field) => {
      if (field === 'clienteFinal') return Number(row.clienteFinal)
      return row[(field === 'situOS' ? 'situacaoOS' : field) as keyof Venda]
    },
  }
}

export const vendas: Endpoints = {
  'GET vendas': list,
  'GET vendas/#': get,
  'POST vendas': createVenda,
  'PUT vendas/#': updateVenda,
  'DELETE vendas/#': cancel,
}

function list({ account, query, traps }: Call): unknown {
  return listPage(
    listed(account.vendas, Boolean(query.listarCanceladas)),
    query,
    listRules(account, traps.vendaAtivoField),
    traps.pageNumbersAsText,
  )
}

function* listed({ rows }: Table<Venda>, withCancelled: boolean): Iterable<Venda> {
  for (const row of rows.values()) if (withCancelled || row.ativo) yield row
}

function get({ account, query, code }: Call): unknown {
  const withCancelled = query.listarCanceladas === 'true' || query.listarCanceladas === '1'
  return whole(account, withCancelled ? find(account.vendas, code) : findActive(account, code))
}

/** The line says `tipo` in D1 and `tipoProd` in the seed: every third sale has the seed's. */
function whole(account: Account, row: Venda): unknown {
  const lines = row.codigo % 3 === 0 ? row.produtos.map(({ tipo, ...line }) => ({ ...line, tipoProd: tipo })) : row.produtos
  return { ...row, produtos: lines, financeiros: row.financeiros.map((code) => financeiro(account, code)) }
}

/** A receivable as the sale shows it: its cash account is called codCaixa here. */
function financeiro(account: Account, code: number): unknown {
  const { codigo, codBoleto, codFormaPgto, codPlanoContas, descricao, codRecibo, situacao, dtComp, dtVenc, valor, tags, codDisponivel } =
    account.recebimentos.rows.get(code)!
  const nomeFormaPgto = account.formasPagamento.rows.get(codFormaPgto)?.nome ?? ''
  const payment = { codBoleto, codFormaPgto, nomeFormaPgto, codPlanoContas, descricao, codCaixa: codDisponivel, codRecibo }
  return { codigo, ...payment, situacao, dtComp, dtVenc, valor, tags }
}

/** A delete cancels (F2, D1); that its receivables go with it is assumed. */
function cancel({ account, code }: Call): unknown {
  const row = findActive(account, code)
  row.ativo = false
  for (const one of row.financeiros) account.recebimentos.deleted.add(one)
  return { code: '200', msg: `Venda com código ${code} excluída com sucesso!`, obs: null, fields: null }
}
