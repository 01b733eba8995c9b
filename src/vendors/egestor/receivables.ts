import { type Ask, type ListInput, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { money, sameAmount } from '../../kernel/decimals.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { object, refuse, Unreadable } from '../../kernel/wire.ts'
import { rejected } from './body.ts'
import { madeId, ORDER, PAGE_SIZE, pageOf, readList, rowId } from './envelope.ts'
import * as examples from './examples/recebimentos.ts'
import { fromReceivable, mergedReceivable } from './from-receivable.ts'
import { toReceivable } from './to-receivable.ts'
import type { Recebimento } from './wire.ts'
import { receivableStatus, SITUACOES_DE_RECEBIMENTO } from './words.ts'

/** Without these the due date, the payment date and the customer would cost a call a row (F5). */
const LIST_FIELDS =
  'codigo,numDoc,descricao,valor,taxa,data,dtVenc,dtPgto,dtCad,dtComp,dtCred,situacao,codContato,codPlanoContas,nomeContato,origem,codDisponivel,codModulo,obs,tags'

const WRITABLE = [
  'description',
  'documentNumber',
  'status',
  'amount',
  'paidAmount',
  'currency',
  'issuedOn',
  'dueOn',
  'paidOn',
  'creditedOn',
  'customer.id',
  'paymentMethod.id',
  'account.id',
  'category.id',
  'tags',
  'notes',
]

const recebimentoPath = (vendorId: string) => `/v1/recebimentos/${vendorId}`

const STATUS_QUERY: Readonly<Record<string, Record<string, number>>> = {
  open: { situFin: SITUACOES_DE_RECEBIMENTO.open },
  paid: { situFin: SITUACOES_DE_RECEBIMENTO.paid },
  unknown: {},
}

function listReceivables({ filters, position }: ListInput): VendorRequest | null {
  const status = filters.status === undefined ? {} : STATUS_QUERY[filters.status]
  if (status === undefined) return null
  const isDated = filters.dueFrom !== undefined || filters.dueTo !== undefined
  return {
    method: 'GET',
    path: '/v1/recebimentos',
    query: {
      ...status,
      filtro: filters.q,
      dtTipo: isDated ? 'dtVenc' : undefined,
      dtIni: filters.dueFrom,
      dtFim: filters.dueTo,
      fields: LIST_FIELDS,
      orderBy: ORDER,
      page: pageOf(position),
    },
  }
}

async function readRecebimento(ask: Ask, vendorId: string): Promise<Recebimento> {
  return object<Recebimento>((await ask({ method: 'GET', path: recebimentoPath(vendorId) })).body)
}

export const receivables = {
  'receivables.list': {
    evidence: 'seed',
    filters: { native: ['q', 'status', 'dueFrom', 'dueTo'], emulated: ['customerId', 'saleId'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    request: listReceivables,
    read: readList,
    record: (row, context) => toReceivable(object<Recebimento>(row), context),
    rowId,
    examples: [examples.recebimentoRow],
  },
  'receivables.get': {
    evidence: 'seed',
    request: ({ vendorId }) => ({ method: 'GET', path: recebimentoPath(vendorId) }),
    read: (body, context) => toReceivable(object<Recebimento>(body), context),
    examples: (context) => [toReceivable(examples.recebimento, context)],
  },
  'receivables.create': {
    evidence: 'documented',
    writable: [...WRITABLE, 'vendorStatus'],
    request: ({ record }, context) => ({ method: 'POST', path: '/v1/recebimentos', body: fromReceivable(record, context) }),
    read: madeId,
  },
  'receivables.update': {
    evidence: 'seed',
    writable: WRITABLE,
    // Read first: whether a partial PUT keeps the rest is not known.
    async run(ask, { vendorId, changes }, context) {
      const current = await readRecebimento(ask, vendorId)
      await ask({ method: 'PUT', path: recebimentoPath(vendorId), body: mergedReceivable(current, changes, context) })
    },
  },
  'receivables.remove': {
    evidence: 'seed',
    request: ({ vendorId }) => ({ method: 'DELETE', path: recebimentoPath(vendorId) }),
    read: () => {},
  },
  'receivables.settle': {
    evidence: 'seed',
    // Read first: one that is paid is not paid again, and the amount is what is open.
    async run(ask, { vendorId, settlement }, context) {
      const current = await readRecebimento(ask, vendorId)
      if (receivableStatus(current.situacao) === 'paid') {
        throw new GatewayError('conflict', { outcome: 'not_applied', message: 'The receivable is already paid.' })
      }
      const due = money(current.valor, refuse, 'amount')
      if (due === null) throw new Unreadable('amount', 'is missing')
      if (settlement.amount !== undefined && !sameAmount(settlement.amount, due)) {
        throw rejected([
          { pointer: '/amount', detail: 'eGestor does not say what a part payment does: leave it out or give the whole amount' },
        ])
      }
      await ask({
        method: 'PUT',
        path: `${recebimentoPath(vendorId)}/receber`,
        body: { valor: Number(due), dtPgto: settlement.receivedOn ?? context.today },
      })
    },
  },
} satisfies Vendor['operations']
