import type { Alternative, Ask, Context } from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { rowId, rowIn } from './envelope.ts'
import * as examples from './examples/concluded-sales.ts'
import { assertCarried, listRows } from './lists.ts'
import { settingsOf } from './settings.ts'
import { LOOKED_AT, toSale } from './to-sale.ts'
import type { ConcludedSale as Venda } from './wire.ts'

// The sales that closed orders became. That they can be listed and read is assumed: their pages could not be read (DOC has the tag only).

const FILTERS = Object.keys(LOOKED_AT) as (keyof typeof LOOKED_AT)[]

export async function readVenda(within: Ask, context: Context, vendorId: string): Promise<Venda> {
  return rowIn((await within({ method: 'GET', path: `${settingsOf(context.settings).paths.sales}/${vendorId}` })).body)
}

export const concludedSales: Alternative = {
  resource: 'sales',
  setting: 'salesSource',
  value: 'sales',
  operations: {
    'sales.list': {
      evidence: 'assumed',
      // No page tells what it can be asked for.
      filters: { native: [], emulated: FILTERS },
      pagination: 'native',
      pageSize: 50,
      // The company first.
      async run(ask, input, context) {
        const page = await listRows(ask, context, 'sales', {}, input)
        assertCarried(page.rows, LOOKED_AT, input.filters)
        return page
      },
      record: (row, context) => toSale(object<Venda>(row), context),
      rowId,
      examples: [examples.sale],
    },
    'sales.get': {
      evidence: 'assumed',
      // The company first.
      async run(ask, { vendorId }, context) {
        const venda = await readVenda(await withinCompany(ask, context), context, vendorId)
        return { ...toSale(venda, context), raw: venda }
      },
      examples: (context) => [toSale(examples.sale, context)],
    },
  },
}
