import type { Customer } from '../../../src/contract/customer.ts'
import type { Writable } from '../../../src/contract/operations.ts'
import type { Context } from '../../../src/kernel/adapter.ts'
import { GatewayError } from '../../../src/kernel/errors.ts'

interface Labelled {
  value: string
  label: string
}

/** The main one: there is no place for others, nor for a label. */
function main(entries: readonly Labelled[] | undefined, member: string, context: Context): string | undefined {
  if (entries && entries.length > 1) context.warn(null, member, 'Lojinha keeps one; the others were left out')
  else if (entries?.[0] && entries[0].label !== 'main') context.warn(null, `${member}.label`, 'Lojinha keeps no labels')
  return entries?.[0]?.value
}

const KINDS: Readonly<Record<string, string>> = { cpf: 'person', cnpj: 'company' }

/** What follows from other members, and may be given otherwise. */
function warnOfDerived({ kind, taxId, roles }: Writable<Customer>, context: Context): void {
  const told = KINDS[taxId?.type ?? ''] ?? 'unknown'
  if (kind && kind !== 'unknown' && kind !== told) context.warn(null, 'kind', 'Lojinha tells it from the document')
  if (roles?.some((role) => role !== 'customer')) context.warn(null, 'roles', 'it is a customer at Lojinha, and nothing else')
}

export function fromCustomer(record: Writable<Customer>, context: Context): Record<string, unknown> {
  if (!record.name) {
    throw new GatewayError('vendor_rejected', {
      outcome: 'not_applied',
      message: 'Lojinha cannot take this record as it is.',
      errors: [{ pointer: '/name', detail: 'Lojinha requires a name' }],
    })
  }
  warnOfDerived(record, context)
  return {
    nome: record.name,
    documento: record.taxId?.value,
    email: main(record.emails, 'emails', context),
    telefone: main(record.phones, 'phones', context),
    cidade: record.address?.city ?? undefined,
    uf: record.address?.state ?? undefined,
    observacao: record.notes ?? undefined,
  }
}
