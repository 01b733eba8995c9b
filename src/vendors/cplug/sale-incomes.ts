import type { Receivable } from '../../contract/receivable.ts'
import type { Alternative, Ask, Context } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { id, type Note, object, Unreadable } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { readVenda } from './concluded-sales.ts'
import { rowId, rowsIn } from './envelope.ts'
import * as examples from './examples/concluded-sales.ts'
import { assertCarried, pageOf } from './lists.ts'
import { CUSTOMERS } from './references.ts'
import { settingsOf } from './settings.ts'
import { toReceivable } from './to-receivable.ts'
import type { Transaction, ConcludedSale as Venda } from './wire.ts'

// The incomes of each sale (DOC), of which no page lists all: a list of them walks the sales, and that these can be listed is assumed.

/** Each costs a call of its own. */
const SALES_PER_PAGE = 10

const SALE = Symbol('sale')

type Income = Transaction & { readonly [SALE]?: Venda }

/** The sale hangs on a symbol, which is no part of JSON: `raw` stays CPlug's own. */
const ofSale = (row: unknown, sale: unknown): unknown => (typeof row === 'object' && row !== null ? { ...row, [SALE]: sale } : row)

/** `{sale}-{income}`. */
const ID = /^(\d{1,15})-([0-9A-Za-z_-]{1,112})$/

const idOf = (row: unknown): string | null => {
  const income = rowId(row)
  const sale = rowId((row as Income | null)?.[SALE])
  return income === null || sale === null ? income : `${sale}-${income}`
}

/** The incomes of a sale; where it has no id, the sale itself, so that it is warned about. */
async function incomesOf(within: Ask, context: Context, sale: unknown): Promise<readonly unknown[]> {
  const { paths, keys } = settingsOf(context.settings)
  const saleId = rowId(sale)
  if (saleId === null || !/^\d{1,15}$/.test(saleId)) return [sale]
  const { body } = await within({ method: 'GET', path: paths.saleIncomes.replace('{id}', saleId) })
  return rowsIn(body, keys.saleIncomes).map((row) => ofSale(row, sale))
}

function readIncome(row: unknown, context: Context): Receivable {
  const { [SALE]: sale, ...income } = object<Income>(row)
  if (sale === undefined) throw new Unreadable('saleId', 'is missing')
  const vendorId = idOf(row)
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const saleId = id(settingsOf(context.settings).isOfSales ? sale.id : sale.sales_order_id, note, 'saleId')
  const whose = { customer: income.customer ?? sale.customer, customer_id: income.customer_id ?? sale.customer_id }
  return {
    ...toReceivable({ ...income, ...whose, id: vendorId }, context),
    saleId: saleId === null ? null : context.id(saleId),
  }
}

/** The sale whose incomes are asked for, alone; none where there is no such sale. */
async function theSale(within: Ask, context: Context, saleId: string): Promise<Venda[]> {
  if (!settingsOf(context.settings).isOfSales) {
    throw new GatewayError('unsupported_filter', {
      message: 'The sales of this connection are orders, and nobody can ask for the incomes of an order.',
      errors: [{ parameter: 'saleId', detail: 'needs settings.salesSource "sales" here' }],
    })
  }
  try {
    return [await readVenda(within, context, saleId)]
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.kind === 'not_found') return []
    throw thrown
  }
}

export const saleIncomes: Alternative = {
  resource: 'receivables',
  setting: 'receivablesSource',
  value: 'sale-incomes',
  operations: {
    'receivables.list': {
      evidence: 'assumed',
      filters: { native: ['saleId'], emulated: ['status', 'dueFrom', 'dueTo', 'customerId'] },
      pagination: 'native',
      pageSize: 50,
      callsPerPage: SALES_PER_PAGE + 1,
      // The company first; then some sales, and the incomes of each.
      async run(ask, input, context) {
        const { saleId } = input.filters
        const perPage = Math.min(settingsOf(context.settings).perPage, SALES_PER_PAGE)
        const within = await withinCompany(ask, context)
        const sales =
          saleId === undefined
            ? await pageOf(within, context, 'sales', {}, input.position, perPage)
            : { rows: await theSale(within, context, saleId), next: null }
        assertCarried(sales.rows, { customerId: CUSTOMERS }, input.filters)
        const incomes = await Promise.all(sales.rows.map((sale) => incomesOf(within, context, sale)))
        return { rows: incomes.flat(), next: sales.next }
      },
      record: readIncome,
      rowId: idOf,
      examples: [ofSale(examples.income, examples.sale)],
    },
    'receivables.get': {
      evidence: 'assumed',
      // The company first; then its sale, which has the customer, and the incomes of that.
      async run(ask, { vendorId }, context) {
        const saleId = ID.exec(vendorId)?.[1]
        if (saleId === undefined) return null
        const within = await withinCompany(ask, context)
        const incomes = await incomesOf(within, context, await readVenda(within, context, saleId))
        const row = incomes.find((each) => idOf(each) === vendorId)
        return row === undefined ? null : { ...readIncome(row, context), raw: row }
      },
      examples: (context) => [readIncome(ofSale(examples.income, examples.sale), context)],
    },
  },
}
