import {
  amount,
  type BodyRules,
  type Check,
  checkBody,
  code,
  day,
  either,
  flag,
  listOf,
  noDay,
  oneOf,
  pattern,
  positive,
  refuse,
  text,
  texts,
} from './check.ts'
import { cents } from './dates.ts'
import type { Call } from './endpoint.ts'
import { addRecebimento, brokenReferences } from './recebimentos.ts'
import { type Account, find, has, type Item, nextCode, type Venda } from './records.ts'
import { Refusal } from './refusal.ts'

const orderState = oneOf('', 'Em espera', 'Em execução', 'Finalizada', 'Entregue') // others are refused in writes (seen by an integrator)
const customFields = ['xCampo1', 'xCampo2', 'xCampo3', 'xCampo4']

const bit = oneOf(0, 1)
const flagOrBit = either(flag, bit)

const itemMembers = { codProduto: code, quant: positive, vDesc: amount, deducao: amount, preco: amount, obs: text() }
const partMembers = {
  dtVenc: day,
  dtComp: day,
  pago: flag,
  codFormaPgto: code,
  codPlanoContas: code,
  codCaixa: code,
  valor: positive,
  tags: texts,
  descricao: text(120),
}

/** As D1's create sample has them. */
const expenseMembers = { ...partMembers, pago: flagOrBit, codContato: either(code, pattern(/^\d+$/)), numDoc: text(60) }

/** An object with no other members than these, and of the right kinds. */
const shaped =
  (members: Record<string, Check>, required: string[]): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    required.every((name) => name in value) &&
    Object.entries(value).every(([name, one]) => Object.hasOwn(members, name) && members[name]!(one))

const createRules: BodyRules = {
  members: {
    codContato: code,
    codVendedor: code,
    dtVenda: day,
    dtEntrega: either(oneOf(''), day, noDay),
    situacao: oneOf(10, 50),
    tags: texts,
    valorFrete: amount,
    valorDesc: amount,
    valorDespesasAcessorias: amount,
    clienteFinal: flagOrBit,
    enderecoEntrega: either(bit, text()),
    situacaoOS: orderState,
    customizado: shaped(Object.fromEntries(customFields.map((name) => [name, text()])), []),
    produtos: (value) => listOf(shaped(itemMembers, ['codProduto', 'quant']))(value) && (value as unknown[]).length > 0,
    financeiros: listOf(shaped(partMembers, ['dtVenc'])),
    despesas: listOf(shaped(expenseMembers, [])),
  },
  required: ['codVendedor', 'dtVenda', 'produtos'],
  readOnly: ['codigo', 'dtCad', 'valorTotal', 'nomeContato', 'nomeVendedor'],
}

interface Line {
  codProduto: number
  quant: number
  vDesc?: number
  preco?: number
  obs?: string
}

interface Part {
  dtVenc: string
  dtComp?: string
  pago?: boolean
  codFormaPgto?: number
  codPlanoContas?: number
  codCaixa?: number
  valor?: number
  tags?: string[]
  descricao?: string
}

type Given = Omit<Partial<Venda>, 'produtos' | 'financeiros'> & { produtos: Line[]; financeiros?: Part[] }

export function createVenda({ account, body, time }: Call): unknown {
  const { produtos: lines, financeiros: parts = [], ...given } = checkBody(body, createRules) as Given
  refuse(422, 'Valores fora do escopo', brokenCodes(account, given, lines, parts))

  const codigo = nextCode(account.vendas)
  const items = lines.map((line, at) => item(account, line, codigo * 100 + at))
  const { valorFrete = 0, valorDesc = 0, valorDespesasAcessorias = 0, codContato = 0, codVendedor = 0, dtVenda = '' } = given
  const goods = items.reduce((sum, one) => sum + one.quant * one.preco - one.vDesc, 0)
  const valorTotal = cents(goods + valorFrete + valorDespesasAcessorias - valorDesc)
  const venda: Venda = {
    ...structuredClone(blank),
    ...given,
    clienteFinal: Boolean(given.clienteFinal ?? true),
    codigo,
    codContato,
    codVendedor,
    dtVenda,
    nomeContato: account.contatos.rows.get(codContato)?.nome ?? '',
    nomeVendedor: account.usuarios.rows.get(codVendedor)?.nome ?? '',
    dtCad: time,
    valorTotal,
    numParcelas: parts.length,
    produtos: items,
    financeiros: [],
    publicURL: `https://vendas.exemplo.com.br/v/${codigo}`,
  }
  venda.financeiros = parts.map((part, at) => receivable(account, venda, part, at, parts.length))
  venda.valorFinanc = cents(venda.financeiros.reduce((sum, one) => sum + account.recebimentos.rows.get(one)!.valor, 0))
  account.vendas.rows.set(codigo, venda)
  return acknowledge(venda)
}

const acknowledge = ({ codigo, codVendedor, dtVenda, valorTotal }: Venda) => ({ codigo, codVendedor, dtVenda, valorTotal })

function brokenCodes(account: Account, given: Partial<Venda>, lines: Line[], parts: Part[]): string[] {
  const names = brokenReferences(account, given)
  if (!has(account.usuarios, given.codVendedor as number)) names.push('codVendedor')
  if (!lines.every(({ codProduto }) => has(account.produtos, codProduto) || has(account.servicos, codProduto))) names.push('produtos')
  if (parts.some((part) => brokenReferences(account, { ...part }).length > 0)) names.push('financeiros')
  return names
}

/** Without a price it is the register's (assumed). */
function item(account: Account, line: Line, codigo: number): Item {
  const product = account.produtos.rows.get(line.codProduto)
  const row = product ?? account.servicos.rows.get(line.codProduto)!
  const cost = product?.precoCusto ?? 0
  return {
    codigo,
    codProduto: line.codProduto,
    tipo: product ? 'produto' : 'servico',
    preco: line.preco ?? row.precoVenda,
    custo: cost,
    custoCadProd: cost,
    quant: line.quant,
    vDesc: line.vDesc ?? 0,
    valorIPI: 0,
    valorST: 0,
    valorFCPST: 0,
    obs: line.obs ?? '',
    descricao: row.descricao,
    codigoProprio: product?.codigoProprio ?? '',
  }
}

/** The code of a new receivable; without an amount the total is shared out, the odd cent last (assumed: the seed's sample has none). */
function receivable(account: Account, venda: Venda, part: Part, at: number, count: number): number {
  const share = cents(venda.valorTotal / count)
  const even = at < count - 1 ? share : cents(venda.valorTotal - share * (count - 1))
  const paid = part.pago ?? false
  const { codigo } = addRecebimento(account, {
    codPlanoContas: part.codPlanoContas ?? 2,
    codFormaPgto: part.codFormaPgto ?? 0,
    numDoc: `${venda.codigo}/${at + 1}`,
    descricao: part.descricao ?? `Venda ${venda.codigo} parcela ${at + 1}/${count}`,
    valor: part.valor ?? even,
    dtVenc: part.dtVenc,
    dtComp: part.dtComp ?? venda.dtVenda,
    dtCad: venda.dtCad,
    dtPgto: paid ? venda.dtVenda : '0000-00-00',
    situacao: paid ? 40 : 20,
    codContato: venda.codContato,
    codDisponivel: part.codCaixa ?? 1,
    origem: 'vendas',
    codModulo: venda.codigo,
    tags: part.tags ?? [],
  })
  return codigo
}

/** A cancelled sale is 410 unless listarCanceladas is given (D1 says what it is for; the row itself stays, F2). */
export function findActive(account: Account, code: number): Venda {
  const row = find(account.vendas, code)
  if (!row.ativo) throw new Refusal(410, `Registro com código ${code} não existe.`)
  return row
}

const updateMembers: Record<string, Check> = {
  situacao: oneOf(10, 50),
  situacaoOS: orderState,
  ...Object.fromEntries([1, 2, 3, 4].map((at) => [`campoAdicional${at}`, text()])),
}

/** Nothing else of a sale can be changed (D1): delete and create anew. */
export function updateVenda({ account, body, code: codigo, traps }: Call): unknown {
  const venda = findActive(account, codigo)
  const others = Object.keys(Object(body)).filter((name) => !Object.hasOwn(updateMembers, name))
  if (others.length > 0) throw new Refusal(400, 'Impossível salvar a venda.', others)
  const given = checkBody(body, { members: updateMembers })
  for (const [name, value] of Object.entries(given)) {
    const customField = name.replace('campoAdicional', 'xCampo')
    if (customField === name) Object.assign(venda, { [name]: value })
    else venda.customizado[customField] = String(value)
  }
  if (given.situacao === undefined && traps.putVendaClearsSituacao) venda.situacao = 0
  return acknowledge(venda)
}

const blank = {
  customizado: {} as Record<string, string>,
  dtEntrega: '',
  valorFrete: 0,
  valorDesc: 0,
  valorDespesasAcessorias: 0,
  valorFinanc: 0,
  valorEntrada: 0,
  codsNFe: [],
  codsNFSe: [],
  clienteFinal: true,
  situacao: 50,
  situacaoOS: '',
  enderecoEntrega: '',
  tags: [],
  ativo: true,
  despesas: [],
} satisfies Partial<Venda>
