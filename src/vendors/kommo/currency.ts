import type { Ask, Context } from '../../kernel/adapter.ts'
import { currencyOf } from './account.ts'
import { refuseIfAny } from './body.ts'

/** Kommo would keep an amount of another currency as one of its own. */
export async function refuseOtherCurrency(ask: Ask, currency: string | null | undefined, context: Context): Promise<void> {
  if (!currency) return
  const own = await currencyOf(ask, context)
  if (own !== null && own !== currency) {
    refuseIfAny([{ pointer: '/currency', detail: `this account of Kommo keeps amounts in ${own} only` }])
  }
}
