import { amount, type BodyRules, checkBody, code, filledText, pattern, text, texts } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { contains, type ListRules, listPage } from './query.ts'
import { deleteRow, find, live, nextCode, type Servico } from './records.ts'

const bodyRules: BodyRules = {
  members: {
    descricao: filledText(120),
    precoVenda: amount,
    codigoGrupoTributos: code,
    tags: texts,
    itemListaServico: text(10),
    cnae: pattern(/^(\d{7})?$/),
    codTributacaoMun: text(20),
    anotacoesInternas: text(),
  },
  readOnly: ['codigo', 'tipoProduto'],
}
// The seed's create sample carries dtCad.
const createRules: BodyRules = { ...bodyRules, required: ['descricao'], ignored: ['dtCad'] }
const updateRules: BodyRules = { ...bodyRules, readOnly: ['dtCad', ...bodyRules.readOnly!] }

const listed = 'codigo,descricao,precoVenda,codigoGrupoTributos,tags,dtCad,itemListaServico,cnae'.split(',')

const listRules: ListRules<Servico> = {
  filters: {
    filtro: (value, query) => {
      const test = contains<Servico>((row) => [row.descricao])(value, query)!
      return (row) => String(row.codigo) === value || test(row)
    },
  },
  fields: [...listed, 'codTributacaoMun', 'anotacoesInternas'],
  defaultFields: listed,
  orderBy: 'codigo,codCategoria,descricao,precoVenda,dtCad'.split(','),
  value: (row, field) => row[field as keyof Servico],
}

export const servicos: Endpoints = {
  'GET servicos': ({ account, query, traps }) => listPage(live(account.servicos), query, listRules, traps.pageNumbersAsText),
  'GET servicos/#': ({ account, code }) => {
    const { codCategoria, ...row } = find(account.servicos, code)
    return { ...row, tipoProduto: 'servico' }
  },
  'POST servicos': create,
  'PUT servicos/#': update,
  'DELETE servicos/#': ({ account, code }) => deleteRow(account.servicos, code, `Serviço com código ${code} excluído com sucesso.`),
}

function create({ account, body, time }: Call): unknown {
  const given = checkBody(body, createRules) as Partial<Servico>
  const codigo = nextCode(account.produtos, account.servicos)
  account.servicos.rows.set(codigo, { ...structuredClone(blank), ...given, codigo, dtCad: time })
  return { codigo, descricao: given.descricao }
}

function update({ account, body, code }: Call): unknown {
  const row = find(account.servicos, code)
  Object.assign(row, checkBody(body, updateRules))
  return { codigo: row.codigo, descricao: row.descricao }
}

const blank: Omit<Servico, 'codigo' | 'dtCad'> = {
  descricao: '',
  precoVenda: 0,
  codigoGrupoTributos: 0,
  codCategoria: 0,
  tags: [],
  itemListaServico: '',
  cnae: '',
  codTributacaoMun: '',
  anotacoesInternas: '',
}
