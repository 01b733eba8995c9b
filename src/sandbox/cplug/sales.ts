import type { Endpoints } from './endpoint.ts'
import { listPage } from './query.ts'
import { unprocessable } from './refusal.ts'
import { shown } from './sale-orders.ts'
import { answered, find } from './store.ts'

export const sales: Endpoints = {
  // assumed: no page tells what it can be asked for beyond what all lists have.
  'GET sales': ({ store, query, traps }) =>
    listPage(store.sales, query, { key: 'sales', filters: {}, traps, show: (row) => shown(row, store) }),
  'GET sales/#': ({ store, id, traps }) => answered(shown(find(store.sales, id), store), traps),
  'GET sales/#/incomes': ({ store, id, query, traps }) => {
    const unknown = Object.keys(query).map((field) => ({ field, type: 'Unknown' }))
    if (unknown.length > 0) throw unprocessable(unknown)
    const sale = find(store.sales, id)
    const incomes = store.transactions.filter(({ sale_id: saleId }) => saleId === sale.id)
    const rows = incomes.map(({ type: _type, customer_id: _customer, sale_id: _sale, ...row }) => row)
    return { data: traps.listsWithoutKey ? rows : { sale_incomes: rows } }
  },
}
