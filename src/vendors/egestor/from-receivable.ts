import type { Writable } from '../../contract/operations.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, sameAmount } from '../../kernel/decimals.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { day } from '../../kernel/moments.ts'
import { list } from '../../kernel/wire.ts'
import { type Body, codeOrZero, inReais, orEmpty, refuseIfAny, unnoted, withoutBlanks } from './body.ts'
import { codeOf, defaultCode } from './references.ts'
import type { Recebimento } from './wire.ts'
import { receivableStatus } from './words.ts'

/** How eGestor writes that there is no day (seed): empty text is what reads have, and no write sample. */
const NO_DAY = '0000-00-00'

function receivableMembers(record: Writable<Receivable>, context: Context, flaws: Flaw[]): Body {
  return {
    codContato: record.customer === undefined ? undefined : codeOf(record.customer?.id ?? null, '/customer/id', context),
    codPlanoContas: record.category === undefined ? undefined : codeOrZero(record.category?.id ?? null, '/category/id', flaws),
    codDisponivel: record.account === undefined ? undefined : codeOrZero(record.account?.id ?? null, '/account/id', flaws),
    codFormaPgto: record.paymentMethod === undefined ? undefined : codeOrZero(record.paymentMethod?.id ?? null, '/paymentMethod/id', flaws),
    numDoc: orEmpty(record.documentNumber),
    descricao: orEmpty(record.description),
    valor: record.amount === null || record.amount === undefined ? undefined : Number(record.amount),
    dtVenc: record.dueOn ?? undefined,
    dtComp: orEmpty(record.issuedOn),
    dtCred: record.creditedOn === null ? NO_DAY : record.creditedOn,
    obs: orEmpty(record.notes),
    tags: record.tags,
  }
}

/** Required by the connector of MindCloud (M1); the pages do not say. */
const RECEBIMENTO_REQUIRED = {
  codPlanoContas: { pointer: '/category/id', detail: 'eGestor requires one; settings.defaults.categoryId stands in for it' },
  codDisponivel: { pointer: '/account/id', detail: 'eGestor requires one; settings.defaults.accountId stands in for it' },
  descricao: { pointer: '/description', detail: 'eGestor requires it' },
  valor: { pointer: '/amount', detail: 'eGestor requires it' },
  dtVenc: { pointer: '/dueOn', detail: 'eGestor requires it' },
} as const

export function fromReceivable(record: Writable<Receivable>, context: Context): Body {
  const status = record.status ?? 'open'
  const isPaid = status === 'paid'
  const flaws: Flaw[] = []
  const given = receivableMembers(record, context, flaws)
  const body: Body = {
    ...given,
    codPlanoContas: given.codPlanoContas || defaultCode(context, 'categoryId'),
    codDisponivel: given.codDisponivel || defaultCode(context, 'accountId'),
    codFormaPgto: given.codFormaPgto || defaultCode(context, 'paymentMethodId'),
    codContato: given.codContato || undefined,
    dtComp: given.dtComp || record.dueOn,
    dtCred: record.creditedOn,
    recebido: isPaid,
    // An open one leaves it out: whether null or empty text is taken is not known (F7).
    dtPgto: isPaid ? (record.paidOn ?? context.today) : undefined,
  }
  inReais(record.currency, flaws)
  if (status !== 'open' && !isPaid) flaws.push({ pointer: '/status', detail: 'eGestor takes open and paid' })
  for (const [name, flaw] of Object.entries(RECEBIMENTO_REQUIRED)) {
    if (body[name] === undefined || body[name] === '' || (name.startsWith('cod') && body[name] === 0)) flaws.push(flaw)
  }
  refuseIfAny(flaws)
  const due = isPaid ? record.amount! : '0'
  if (record.paidAmount && !sameAmount(record.paidAmount, due)) context.warn(null, 'paidAmount', 'eGestor keeps one amount, paid or not')
  if (record.paidOn && !isPaid) context.warn(null, 'paidOn', 'eGestor keeps it once the status is paid')
  if (record.vendorStatus && receivableStatus(record.vendorStatus) !== status)
    context.warn(null, 'vendorStatus', 'eGestor tells it from the status')
  return withoutBlanks(body)
}

/** All that PUT /recebimentos takes (D1): whether it was paid is not among them. */
const RECEBIMENTO_WRITABLE = [
  'codPlanoContas',
  'codFormaPgto',
  'numDoc',
  'descricao',
  'valor',
  'dtVenc',
  'dtComp',
  'dtCred',
  'codContato',
  'codDisponivel',
  'obs',
  'tags',
] as const satisfies readonly (keyof Recebimento)[]

/** What has come in: all or nothing. */
const paidAmountOf = ({ situacao, valor }: Recebimento) =>
  (receivableStatus(situacao) === 'paid' ? money(valor, unnoted, 'amount') : null) ?? '0'

export function mergedReceivable(current: Recebimento, changes: Writable<Receivable>, context: Context): Body {
  const flaws: Flaw[] = []
  const settle = 'eGestor does not change it here: settle the receivable'
  inReais(changes.currency, flaws)
  if (changes.status !== undefined && changes.status !== receivableStatus(current.situacao))
    flaws.push({ pointer: '/status', detail: settle })
  if (changes.paidOn !== undefined && changes.paidOn !== day(current.dtPgto, unnoted, 'paidOn'))
    flaws.push({ pointer: '/paidOn', detail: settle })
  if (changes.paidAmount != null && !sameAmount(changes.paidAmount, paidAmountOf(current)))
    flaws.push({ pointer: '/paidAmount', detail: settle })
  for (const member of ['amount', 'dueOn', 'description', 'issuedOn'] as const) {
    if (changes[member] === null) flaws.push({ pointer: `/${member}`, detail: 'eGestor requires it' })
  }
  const body = receivableMembers(changes, context, flaws)
  refuseIfAny(flaws)
  const before: Body = { ...current, tags: current.tags === undefined ? undefined : list(current.tags, unnoted, 'tags') }
  return Object.fromEntries(
    RECEBIMENTO_WRITABLE.map((name) => [name, body[name] ?? before[name]]).filter(
      ([name, value]) => value !== undefined && !(name === 'dtCred' && value === ''),
    ),
  )
}
