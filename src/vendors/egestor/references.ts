import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { id, type Note, text } from '../../kernel/wire.ts'

// How records name other records and the things of eGestor's own that are no records of ours.

/** Goods and services have codes of their own (assumed: nobody says whether they share them), so that a service's says what it is. */
const SERVICE_PREFIX = 'service-'

export const isServiceId = (vendorId: string) => vendorId.startsWith(SERVICE_PREFIX)
export const serviceId = (codigo: string) => SERVICE_PREFIX + codigo
export const codeOfProduct = (vendorId: string) => (isServiceId(vendorId) ? vendorId.slice(SERVICE_PREFIX.length) : vendorId)

/** A category, an account and the like; null where neither is known. */
export const named = (vendorId: string | null, name: string | null = null) =>
  vendorId === null && name === null ? null : { id: vendorId, name }

export function customerOf(codContato: unknown, nomeContato: unknown, context: Context, note: Note): Sale['customer'] {
  const code = id(codContato, note, 'customer.id')
  const name = text(nomeContato, note, 'customer.name')
  return code === null && name === null ? null : { id: code === null ? null : context.id(code), name, taxId: null }
}

/** eGestor's code in a reference that may be null, which is 0; undefined stays undefined. */
export function codeOf(reference: string | null | undefined, pointer: string, context: Context): number | undefined {
  if (reference === undefined) return undefined
  return reference === null ? 0 : Number(context.vendorId(reference, pointer))
}

/** A code of `settings.defaults`, for what eGestor requires and a record lacks. */
export function defaultCode(context: Context, name: 'categoryId' | 'accountId' | 'paymentMethodId'): number | undefined {
  const code = context.defaults[name]
  return code === undefined ? undefined : Number(code)
}
