import type { Customer } from '../../contract/customer.ts'
import type { Writable } from '../../contract/operations.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { WRITABLE_STATUSES } from './words.ts'

function rejected(pointer: string, detail: string): GatewayError {
  return new GatewayError('vendor_rejected', {
    outcome: 'not_applied',
    message: 'Yandeh cannot take this change.',
    errors: [{ pointer, detail }],
  })
}

/** The body of a PATCH: a status is required, nothing becomes new again, and there is no other member than the two (seed). */
export function fromRegistration({ registration }: Writable<Customer>): { status: string; reason?: string } {
  if (!registration) throw rejected('/registration', 'Yandeh cannot clear it')
  const { status, reason } = registration
  const word = WRITABLE_STATUSES[status]
  if (word === undefined) throw rejected('/registration/status', 'Yandeh requires processing, rejected or completed')
  return reason ? { status: word, reason } : { status: word }
}
