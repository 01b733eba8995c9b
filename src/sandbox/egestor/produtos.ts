import { amount, type BodyRules, checkBody, code, either, filledText, flag, number, oneOf, pattern, refuse, text, texts } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { among, contains, equals, type Filter, type ListRules, listPage } from './query.ts'
import { deleteRow, find, has, live, nextCode, type Produto } from './records.ts'

const bodyRules: BodyRules = {
  members: {
    descricao: filledText(120),
    codigoProprio: text(60),
    codCategoria: code,
    estoque: number,
    estoqueMinimo: number,
    controlarEstoque: flag,
    margemLucro: number,
    precoCusto: amount,
    precoVenda: amount,
    origemFiscal: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8),
    unidadeTributada: text(6),
    refEanGtin: pattern(/^(\d{8}|\d{12,14})?$/),
    ncm: pattern(/^(\d{2,8})?$/),
    codigoCEST: pattern(/^(\d{7})?$/),
    excecaoIPI: either(oneOf(''), code),
    codigoGrupoTributos: code,
    anotacoesNFE: text(),
    anotacoesInternas: text(),
    pesoBruto: amount,
    pesoLiquido: amount,
    tags: texts,
  },
  readOnly: ['codigo', 'dtCad', 'updatedAt', 'tipoProduto', 'listaImagens'],
}

const fields = (
  'codigo,descricao,codigoProprio,codCategoria,estoque,estoqueMinimo,controlarEstoque,margemLucro,precoCusto,precoVenda,origemFiscal,' +
  'unidadeTributada,refEanGtin,ncm,codigoCEST,excecaoIPI,codigoGrupoTributos,anotacoesNFE,anotacoesInternas,pesoBruto,pesoLiquido,tags,' +
  'dtCad,updatedAt,listaImagens'
).split(',')

const timePattern = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/
/** Text times compare as they are; the bound itself is out (assumed). */
const changed =
  (keeps: (updatedAt: string, bound: string) => boolean): Filter<Produto> =>
  (value) =>
    timePattern.test(value) ? (row) => keeps(row.updatedAt, value) : null
const archived = among<Produto>({
  0: (row) => !row.arquivado,
  false: (row) => !row.arquivado,
  1: (row) => row.arquivado,
  true: (row) => row.arquivado,
})

const listRules: ListRules<Produto> = {
  filters: {
    filtro: (value, query) => {
      const test = contains<Produto>((row) => [row.codigoProprio, row.descricao])(value, query)!
      return (row) => String(row.codigo) === value || test(row)
    },
    codCategoria: equals((row) => row.codCategoria),
    controlarEstoque: among({ 0: (row) => !row.controlarEstoque, 1: (row) => row.controlarEstoque }),
    tipoUso: (value) => (/^[0-4]$/.test(value) ? (row) => row.tipoUso === Number(value) : null),
    arquivado: archived,
    anotInternas: contains((row) => [row.anotacoesInternas]),
    Norig: (value) => (/^[0-8]$/.test(value) ? (row) => row.origemFiscal === Number(value) : null),
    INCM: equals((row) => row.ncm),
    codConfigTrib: equals((row) => row.codigoGrupoTributos),
    IcProd: equals((row) => row.codigoProprio),
    updatedBefore: changed((updatedAt, bound) => updatedAt < bound),
    updatedAfter: changed((updatedAt, bound) => updatedAt > bound),
  },
  // D1 lists no defaults and its sample row has every field; archived ones are listed with the others (assumed).
  fields,
  orderBy: (
    'codigo,codCategoria,descricao,codigoProprio,estoque,estoqueMinimo,controlarEstoque,margemLucro,precoCusto,precoVenda,origemFiscal,' +
    'unidadeTributada,refEanGtin,ncm,excecaoIPI,codigoCEST,pesoBruto,pesoLiquido,anotacoesNFE,anotacoesInternas,tags,dtCad'
  ).split(','),
  value: (row, field) => row[field as keyof Produto],
}

export const produtos: Endpoints = {
  'GET produtos': ({ account, query, traps }) => listPage(live(account.produtos), query, listRules, traps.pageNumbersAsText),
  'GET produtos/#': ({ account, code }) => whole(find(account.produtos, code)),
  'POST produtos': create,
  'PUT produtos/#': update,
  'DELETE produtos/#': ({ account, code }) => deleteRow(account.produtos, code, `Produto com código ${code} excluído com sucesso.`),
}

/** In a single read the codigo is text and so are the weights, and there are no pictures (seed, D1). */
function whole({ listaImagens, tipoUso, arquivado, ...row }: Produto): unknown {
  const weights = { pesoBruto: row.pesoBruto.toFixed(3), pesoLiquido: row.pesoLiquido.toFixed(3) }
  return { ...row, ...weights, codigo: String(row.codigo), tipoProduto: 'produto' }
}

function checked({ account, body }: Call, rules: BodyRules): Partial<Produto> {
  const given = checkBody(body, rules) as Partial<Produto>
  const category = given.codCategoria ?? 0
  refuse(422, 'Valores fora do escopo', category === 0 || has(account.categorias, category) ? [] : ['codCategoria'])
  return given
}

function create(call: Call): unknown {
  const given = checked(call, { ...bodyRules, required: ['descricao'] })
  const { account, time } = call
  const codigo = nextCode(account.produtos, account.servicos)
  account.produtos.rows.set(codigo, { ...structuredClone(blank), ...given, codigo, dtCad: time, updatedAt: time })
  return { codigo, descricao: given.descricao }
}

/** Members that are not named stay (in use that way by F6). The answer is D1's, not the seed's whole object. */
function update(call: Call): unknown {
  const row = find(call.account.produtos, call.code)
  Object.assign(row, checked(call, bodyRules), { updatedAt: call.time })
  return { codigo: row.codigo, descricao: row.descricao }
}

const blank: Omit<Produto, 'codigo' | 'dtCad' | 'updatedAt'> = {
  descricao: '',
  codigoProprio: '',
  codCategoria: 0,
  estoque: 0,
  estoqueMinimo: 0,
  controlarEstoque: false,
  margemLucro: 0,
  precoCusto: 0,
  precoVenda: 0,
  origemFiscal: 0,
  unidadeTributada: 'UN',
  refEanGtin: '',
  ncm: '',
  codigoCEST: '',
  excecaoIPI: '',
  codigoGrupoTributos: 0,
  anotacoesNFE: '',
  anotacoesInternas: '',
  pesoBruto: 0,
  pesoLiquido: 0,
  tags: [],
  listaImagens: [],
  tipoUso: 0,
  arquivado: false,
}
