import { isValidTaxId } from '../documents.ts'
import {
  type Body,
  type BodyRules,
  checkBody,
  code,
  day,
  either,
  filledText,
  flag,
  listOf,
  oneOf,
  pattern,
  refuse,
  text,
  texts,
} from './check.ts'
import { cityName, isCityOf, isState } from './cities.ts'
import type { Call, Endpoints, Traps } from './endpoint.ts'
import { among, contains, equals, type ListRules, listPage } from './query.ts'
import { type Contato, deleteRow, find, live, nextCode } from './records.ts'

const cep = either(pattern(/^(\d{5}-?\d{3})?$/), (value) => code(value) && (value as number) <= 99_999_999)
const taxId = pattern(/^(\d{11}|[0-9A-Z]{12}\d{2})?$/)
const numberOrText = either(code, text(60))

const bodyRules: BodyRules = {
  members: {
    nome: filledText(60),
    fantasia: text(60),
    tipo: (value) => listOf(oneOf('cliente', 'fornecedor', 'transportadora'))(value) && (value as unknown[]).length > 0,
    nomeParaContato: text(60),
    cpfcnpj: taxId,
    dtNasc: either(oneOf(''), day),
    emails: texts,
    fones: texts,
    cep,
    logradouro: text(),
    numero: text(),
    complemento: text(),
    bairro: text(),
    codIBGE: text(),
    uf: either(oneOf(''), (value) => isState(String(value))),
    pais: text(),
    clienteFinal: flag,
    indicadorIE: oneOf(1, 2, 9),
    inscricaoMunicipal: text(),
    inscricaoEstadual: text(),
    inscricaoEstadualST: text(),
    suframa: text(),
    obs: text(),
    tags: texts,
    cepEntrega: cep,
    cpfCnpjEntrega: either(code, taxId),
    logradouroEntrega: text(),
    numeroEntrega: numberOrText,
    complementoEntrega: text(),
    bairroEntrega: text(),
    codIBGEEntrega: numberOrText,
    ufEntrega: either(oneOf(''), (value) => isState(String(value))),
    pontoRefEntrega: text(),
    inscEstadualEntrega: text(),
    fonesEntrega: text(),
    emailsEntrega: text(),
  },
  readOnly: ['dtCad', 'cidade', 'cidadeEntrega'],
}
// The seed's create sample carries a codigo; in an update it is refused (F4).
const createRules: BodyRules = { ...bodyRules, required: ['nome', 'tipo'], ignored: ['codigo'] }
const updateRules: BodyRules = { ...bodyRules, readOnly: ['codigo', ...bodyRules.readOnly!] }

const fields = (
  'codigo,tipo,nome,fantasia,nomeParaContato,cpfcnpj,dtNasc,dtCad,emails,fones,logradouro,numero,complemento,bairro,cep,cidade,uf,' +
  'clienteFinal,indicadorIE,inscricaoMunicipal,inscricaoEstadual,obs,tags'
).split(',')
const extraFields = ['codIBGE', 'suframa']

const flat = (values: Contato['emails']) => values.flatMap((value) => (typeof value === 'string' ? value : Object.values(value)))
const digits = (value: string) => value.replace(/\D/g, '')

const listRules: ListRules<Contato> = {
  // No filter by tipo, cpfcnpj or date (D1).
  filters: {
    filtro: (value, query) => {
      const within = contains<Contato>((row) => [
        row.nome,
        row.fantasia,
        row.nomeParaContato,
        ...flat(row.emails),
        ...flat(row.fones),
        ...row.tags,
      ])
      const test = within(value, query)!
      return (row) => row.codigo === value || test(row)
    },
    endereco: contains((row) => [row.logradouro, row.bairro, row.cidade]),
    telefone: (value) => (row) => flat(row.fones).some((phone) => digits(phone).includes(digits(value))),
    email: contains((row) => flat(row.emails)),
    clienteFinal: among({ 1: (row) => row.clienteFinal, 2: (row) => !row.clienteFinal }),
    indIE: among({ 1: (row) => row.indicadorIE === 1, 2: (row) => row.indicadorIE === 2, 9: (row) => row.indicadorIE === 9 }),
    IE: equals((row) => row.inscricaoEstadual),
    IM: equals((row) => row.inscricaoMunicipal),
    suframa: equals((row) => row.suframa),
    obs: contains((row) => [row.obs]),
  },
  fields,
  defaultFields: 'codigo,nome,tipo,emails,fones,cidade,uf,clienteFinal,tags'.split(','),
  orderBy:
    'codigo,tipo,nome,fantasia,nomeParaContato,cpfcnpj,clienteFinal,indicadorIE,inscricaoEstadual,inscricaoMunicipal,suframa,emails,cidade'.split(
      ',',
    ),
  value: (row, field) => row[field as keyof Contato],
}
const extendedRules: ListRules<Contato> = { ...listRules, fields: [...fields, ...extraFields] }

export const contatos: Endpoints = {
  'GET contatos': ({ account, query, traps }) =>
    listPage(live(account.contatos), query, traps.contatoExtraFields ? extendedRules : listRules, traps.pageNumbersAsText),
  'GET contatos/#': ({ account, code }) => whole(find(account.contatos, code)),
  'POST contatos': create,
  'PUT contatos/#': update,
  'DELETE contatos/#': ({ account, code }) => deleteRow(account.contatos, code, `Contato com código ${code} excluído com sucesso!`),
  // Here the codigo is a number and the contact is called nomeParaContato (seed).
  'GET vendas/#/contato': ({ account, code }) => {
    const { codContato } = find(account.vendas, code)
    return { ...find(account.contatos, codContato), codigo: codContato }
  },
}

/** nomeContato in the seed's sample, nomeParaContato in D1's: some rows this way, some that. */
function whole(row: Contato): unknown {
  if (Number(row.codigo) % 7 !== 3) return row
  const { nomeParaContato, ...rest } = row
  return { ...rest, nomeContato: nomeParaContato }
}

function create({ account, body, traps, time }: Call): unknown {
  const given = checkBody(body, createRules)
  const row = { ...blank(), dtCad: time, ...stored(given, traps, blank()) } as Contato
  const codigo = nextCode(account.contatos)
  account.contatos.rows.set(codigo, { ...row, codigo: String(codigo) })
  return { codigo, nome: row.nome }
}

function update({ account, body, traps, code }: Call): unknown {
  const row = find(account.contatos, code)
  const given = checkBody(body, traps.putContatoReplaces ? { ...updateRules, required: ['nome', 'tipo'] } : updateRules)
  const { codigo, dtCad } = row
  const base: Contato = traps.putContatoReplaces ? { ...blank(), codigo, dtCad } : row
  Object.assign(row, { ...base, ...stored(given, traps, base) })
  return whole(row)
}

/** As the row keeps it; the city follows from its code. */
function stored(given: Body, traps: Traps, before: Contato): Partial<Contato> {
  const after = { ...before, ...given } as Contato
  const wrong: string[] = []
  if (after.codIBGE !== '' && !isCityOf(after.codIBGE, after.uf)) wrong.push('codIBGE')
  const delivery = String(after.codIBGEEntrega)
  if (delivery !== '' && delivery !== '0' && !isCityOf(delivery, after.ufEntrega)) wrong.push('codIBGEEntrega')
  if (traps.wrongTaxIdRefused && given.cpfcnpj && !isValidTaxId(String(given.cpfcnpj))) wrong.push('cpfcnpj')
  refuse(422, 'Valores fora do escopo', wrong)
  const kept: Partial<Contato> = { ...given }
  if (typeof given.cep === 'number') kept.cep = String(given.cep)
  if ('codIBGE' in given) kept.cidade = cityName(after.codIBGE)
  if ('codIBGEEntrega' in given) kept.cidadeEntrega = cityName(delivery)
  return kept
}

/** What a contact is that was created with nothing more than needed (seed's read sample). */
function blank(): Contato {
  const empty = Object.fromEntries(Object.keys(bodyRules.members).map((name) => [name, ''])) as unknown as Contato
  const rest = { codigo: '', dtCad: '', cidade: '', cidadeEntrega: '', codIBGEEntrega: '0', cepEntrega: 0 }
  return { ...empty, ...rest, tipo: [], emails: [], fones: [], tags: [], clienteFinal: true, indicadorIE: 9 }
}
