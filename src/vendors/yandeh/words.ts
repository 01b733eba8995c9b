import type { Customer } from '../../contract/customer.ts'
import type { Sale } from '../../contract/sale.ts'

// Our words and Yandeh's for them.

type RegistrationStatus = NonNullable<Customer['registration']>['status']

/** In the order in which a pre-registration goes through them (seed). */
export const REGISTRATION_STATUSES = {
  Novo: 'new',
  Processando: 'processing',
  Rejeitado: 'rejected',
  Finalizado: 'completed',
} as const satisfies Record<string, RegistrationStatus>

/** What a PATCH takes: nothing becomes new again (seed). */
export const WRITABLE_STATUSES: Readonly<Partial<Record<RegistrationStatus, string>>> = {
  processing: 'Processando',
  rejected: 'Rejeitado',
  completed: 'Finalizado',
}

/** In the order of Y2. */
export const SALE_STATUSES = {
  aguardando_aprovacao: 'pending',
  aguardando_revisao: 'pending',
  pendente: 'pending',
  processando: 'processing',
  faturado: 'invoiced',
  enviado: 'shipped',
  finalizado: 'completed',
  finalizado_devolucao_parcial: 'partially_returned',
  finalizado_devolucao_total: 'returned',
  cancelado: 'cancelled',
} as const satisfies Record<string, Sale['status']>
