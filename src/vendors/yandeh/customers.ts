import type { Context, ListInput, Page, Vendor } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { object, oneOf, Unreadable } from '../../kernel/wire.ts'
import { nextPlace, placeOf, rowId, rowsOf, saysMore } from './envelope.ts'
import * as examples from './examples/clientes.ts'
import { fromRegistration } from './from-registration.ts'
import { pathOf } from './paths.ts'
import { toCustomer } from './to-customer.ts'
import type { PreCadastro } from './wire.ts'
import { REGISTRATION_STATUSES } from './words.ts'

/** Asked one after another: whether a list without a status has them all is not told (seed). */
const WORDS = Object.keys(REGISTRATION_STATUSES)

/** An unknown status may hide under any. */
const wordsFor = (status: string | undefined): readonly string[] =>
  status === undefined || status === 'unknown'
    ? WORDS
    : WORDS.filter((word) => REGISTRATION_STATUSES[word as keyof typeof REGISTRATION_STATUSES] === status)

const placeIn = ({ filters, position }: ListInput) => placeOf(position, wordsFor(filters.registrationStatus))

const listOf = (status: string, context: Context): VendorRequest => ({
  method: 'GET',
  path: pathOf('customers', context),
  query: { status },
})

/** No paging is documented (seed). Should there be some, the rest must not go missing. */
function readAll(body: unknown): readonly unknown[] {
  if (saysMore(body, 1)) throw new Unreadable('data', 'has further pages, which are not documented')
  return rowsOf(body)
}

/** Should the vendor give other statuses too than it was asked for, each row counts under its own only. */
function isOfAnother(cadastro: PreCadastro, asked: string): boolean {
  const status = oneOf(REGISTRATION_STATUSES, cadastro.status)
  return status !== 'unknown' && status !== oneOf(REGISTRATION_STATUSES, asked)
}

function readList(body: unknown, _context: Context, input: ListInput): Page {
  return { rows: readAll(body), next: nextPlace(placeIn(input), wordsFor(input.filters.registrationStatus), false) }
}

export const customers = {
  'customers.list': {
    evidence: 'seed',
    filters: { native: ['registrationStatus'], emulated: ['taxId', 'email'] },
    pagination: 'emulated',
    // All rows of a status come at once: how many is not bounded.
    pageSize: 10_000,
    request: (input, context) => listOf(placeIn(input).status, context),
    read: readList,
    record(row, context, input) {
      const cadastro = object<PreCadastro>(row)
      return isOfAnother(cadastro, placeIn(input).status) ? null : toCustomer(cadastro, context)
    },
    rowId,
    // A list begins with the new ones.
    examples: [examples.preCadastro],
  },
  'customers.get': {
    evidence: 'seed',
    // There is no call for one: it is looked for in the list of each status (seed).
    async run(ask, { vendorId }, context) {
      for (const status of WORDS) {
        const { body } = await ask(listOf(status, context))
        const row = readAll(body).find((one) => rowId(one) === vendorId)
        if (row !== undefined) return { ...toCustomer(object<PreCadastro>(row), context), raw: row }
      }
      return null
    },
    examples: (context) => [toCustomer(examples.preCadastro, context), toCustomer(examples.rejeitado, context)],
  },
  'customers.update': {
    evidence: 'seed',
    writable: ['registration.status', 'registration.reason'],
    request: ({ vendorId, changes }, context) => ({
      method: 'PATCH',
      path: `${pathOf('customers', context)}/${vendorId}`,
      body: fromRegistration(changes),
    }),
    read: () => {},
  },
} satisfies Vendor['operations']
