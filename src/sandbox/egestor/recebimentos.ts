import { type BodyRules, checkBody, code, day, either, filledText, flag, noDay, positive, refuse, text, texts } from './check.ts'
import { addDays, cents } from './dates.ts'
import type { Call, Endpoints, Traps } from './endpoint.ts'
import { among, contains, equals, type Filter, type ListRules, listPage } from './query.ts'
import { type Account, deleteRow, find, has, live, nextCode, type Recebimento } from './records.ts'
import { Refusal } from './refusal.ts'

const dayOrNone = either(day, noDay)

const bodyRules: BodyRules = {
  members: {
    codPlanoContas: code,
    codFormaPgto: code,
    numDoc: text(60),
    descricao: filledText(120),
    valor: positive,
    dtVenc: day,
    dtComp: day,
    dtCred: dayOrNone,
    codContato: code,
    codDisponivel: code,
    obs: text(),
    tags: texts,
  },
  readOnly: ['codigo', 'origem', 'codModulo', 'situacao', 'nomeContato'],
}
const createRules: BodyRules = {
  ...bodyRules,
  // "" and null as dtPgto are refused: nobody has recorded that they work (F7 only asks).
  members: { ...bodyRules.members, dtPgto: dayOrNone, recebido: flag },
  required: ['codPlanoContas', 'descricao', 'valor', 'dtVenc', 'dtComp', 'codDisponivel'], // M1
  readOnly: ['dtCad', ...bodyRules.readOnly!],
}
// The seed's update sample carries dtPgto and dtCad; that they change nothing is assumed.
const updateRules: BodyRules = { ...bodyRules, ignored: ['dtPgto', 'dtCad'] }
const receiptRules: BodyRules = { members: { valor: positive, dtPgto: day, dtComp: day }, required: ['valor', 'dtPgto'] }

const fields = (
  'codigo,numDoc,descricao,valor,taxa,data,dtVenc,dtPgto,dtCad,dtComp,dtCred,situacao,codContato,codPlanoContas,nomeContato,origem,' +
  'codDisponivel,codModulo,obs,tags'
).split(',')
const defaultFields = {
  D1: 'codigo,descricao,valor,data,situacao,nomeContato'.split(','),
  seed: 'codigo,codRecibo,descricao,previsao,situacao,codDisponivel,codBoleto,data,valor,nomeContato,nomeDisponivel'.split(','),
}

/** The due day of an open one, the day of payment of a received one (D1). */
const shownDay = (row: Recebimento) => (row.situacao === 20 ? row.dtVenc : row.dtPgto)

const days: Record<string, (row: Recebimento) => string> = {
  dtVencPgto: shownDay,
  dtVenc: (row) => row.dtVenc,
  dtPgto: (row) => row.dtPgto,
  dtComp: (row) => row.dtComp,
  dtCad: (row) => row.dtCad.slice(0, 10),
  dtCred: (row) => row.dtCred,
}

const within =
  (keeps: (shown: string, bound: string) => boolean): Filter<Recebimento> =>
  (value, query) => {
    const read = days[query.dtTipo ?? 'dtVencPgto']
    return day(value) && read ? (row) => day(read(row)) && keeps(read(row), value) : null
  }

function listRules(account: Account, row: Traps['recebimentosRow']): ListRules<Recebimento> {
  const name = ({ codContato }: Recebimento) => account.contatos.rows.get(codContato)?.nome ?? ''
  return {
    filters: {
      filtro: (value, query) => {
        if (/^\d+(,\d+)*$/.test(value)) {
          const codes = new Set(value.split(',').map(Number))
          return ({ codigo }) => codes.has(codigo)
        }
        return contains<Recebimento>((one) => [one.descricao, ...one.tags, name(one)])(value, query)
      },
      dtTipo: (value) => (Object.hasOwn(days, value) ? () => true : null),
      dtIni: within((shown, bound) => shown >= bound),
      dtFim: within((shown, bound) => shown <= bound),
      caixa: equals((one) => one.codDisponivel),
      origem: (value) => (['vendas', 'compras', 'financeiro', 'recorrencia'].includes(value) ? (one) => one.origem === value : null),
      conciliacao: among({ com: (one) => one.conciliado, sem: (one) => !one.conciliado }),
      planoContas: equals((one) => one.codPlanoContas),
      obs: contains((one) => [one.obs]),
      formaPgto: equals((one) => one.codFormaPgto),
      numDoc: equals((one) => one.numDoc),
      situFin: among({ 20: (one) => one.situacao === 20, 40: (one) => one.situacao === 40 }),
      boleto: among({ com: (one) => one.codBoleto > 0, sem: (one) => one.codBoleto === 0 }),
      recibo: among({ com: (one) => one.codRecibo > 0, sem: (one) => one.codRecibo === 0 }),
    },
    fields,
    defaultFields: defaultFields[row],
    orderBy: fields.filter((field) => field !== 'tags'), // assumed: what can be shown can be ordered by
    key: (field) => (field === 'nomeContato' && row === 'seed' ? 'contato' : field),
    // Everything in a list row is text, tags apart (seed, D1).
    value: (one, field) => {
      if (field === 'tags') return one.tags
      if (field === 'valor' || field === 'taxa') return one[field].toFixed(2)
      if (field === 'data') return shownDay(one)
      if (field === 'nomeContato') return name(one)
      if (field === 'nomeDisponivel') return account.disponiveis.rows.get(one.codDisponivel)?.nome ?? ''
      if (field === 'previsao') return '0'
      return String(one[field as keyof Recebimento])
    },
  }
}

export const recebimentos: Endpoints = {
  'GET recebimentos': ({ account, query, traps }) =>
    listPage(live(account.recebimentos), query, listRules(account, traps.recebimentosRow), traps.pageNumbersAsText),
  'GET recebimentos/#': ({ account, code: codigo }) => {
    const { conciliado, codBoleto, codRecibo, ...row } = find(account.recebimentos, codigo)
    return row
  },
  'POST recebimentos': create,
  'PUT recebimentos/#': update,
  'PUT recebimentos/#/receber': receive,
  'DELETE recebimentos/#': ({ account, code: codigo }) => {
    deleteRow(account.recebimentos, codigo, '')
    return { code: 200, msg: `Recebimento com código ${codigo} excluído com sucesso!`, obs: null, fields: null }
  },
}

/** References that lead nowhere; 0 is none, where that is allowed. */
export function brokenReferences(account: Account, given: Record<string, unknown>): string[] {
  const tables = {
    codContato: account.contatos,
    codPlanoContas: account.planoContas,
    codFormaPgto: account.formasPagamento,
    codDisponivel: account.disponiveis,
    codCaixa: account.disponiveis,
  }
  return Object.entries(tables)
    .filter(([name, table]) => given[name] !== undefined && given[name] !== 0 && !has(table, given[name] as number))
    .map(([name]) => name)
}

function create({ account, body, time }: Call): unknown {
  const { recebido = false, ...given } = checkBody(body, createRules) as Partial<Recebimento> & { recebido?: boolean }
  refuse(422, 'Valores fora do escopo', brokenReferences(account, given))
  const paidOn = given.dtPgto && given.dtPgto !== '0000-00-00' ? given.dtPgto : time.slice(0, 10)
  const row = addRecebimento(account, {
    ...given,
    situacao: recebido ? 40 : 20,
    dtPgto: recebido ? paidOn : '0000-00-00',
    dtCad: time,
  })
  return acknowledge(row)
}

/** Stores one with the next code; without an origin it is its own. */
export function addRecebimento(account: Account, given: Partial<Recebimento>): Recebimento {
  const codigo = nextCode(account.recebimentos)
  const row: Recebimento = { ...structuredClone(blank), codModulo: codigo, ...given, codigo }
  account.recebimentos.rows.set(codigo, row)
  return row
}

function update({ account, body, code: codigo }: Call): unknown {
  const row = find(account.recebimentos, codigo)
  const given = checkBody(body, updateRules)
  refuse(422, 'Valores fora do escopo', brokenReferences(account, given))
  Object.assign(row, given)
  return acknowledge(row)
}

const acknowledge = ({ codigo, descricao, situacao, origem, codModulo }: Recebimento) => ({
  codigo,
  descricao,
  situacao,
  origem,
  codModulo,
})

/** That a second receipt is 400 is assumed; nothing undoes one. */
function receive({ account, body, code: codigo, traps }: Call): unknown {
  const row = find(account.recebimentos, codigo)
  const given = checkBody(body, receiptRules) as { valor: number; dtPgto: string; dtComp?: string }
  if (row.situacao === 40) throw new Refusal(400, 'Recebimento já efetuado.')
  const rest = cents(row.valor - given.valor)
  if (rest !== 0 && traps.partialReceipt === 'reject') throw new Refusal(400, 'Valor diferente do valor em aberto.', ['valor'])
  if (rest > 0 && traps.partialReceipt === 'split') {
    const { codigo: _, ...open } = row
    addRecebimento(account, { ...open, valor: rest, dtVenc: addDays(row.dtVenc, 30) })
  }
  const { valor, dtPgto, dtComp = row.dtComp } = given
  Object.assign(row, { valor: traps.partialReceipt === 'split' ? valor : row.valor, dtPgto, dtComp, situacao: 40 })
  return { code: 200, msg: 'Recebimento efetuado com sucesso.', obs: null, fields: null }
}

const blank: Omit<Recebimento, 'codigo' | 'codModulo'> = {
  codPlanoContas: 0,
  codFormaPgto: 0,
  numDoc: '',
  descricao: '',
  valor: 0,
  taxa: 0,
  dtVenc: '0000-00-00',
  dtPgto: '0000-00-00',
  dtCad: '0000-00-00 00:00:00',
  dtComp: '0000-00-00',
  dtCred: '0000-00-00',
  situacao: 20,
  codContato: 0,
  codDisponivel: 0,
  origem: 'financeiro',
  obs: '',
  tags: [],
  codBoleto: 0,
  codRecibo: 0,
  conciliado: false,
}
