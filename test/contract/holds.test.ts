import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { RESOURCES, type Resource } from '../../src/contract/operations.ts'
import { vendors } from '../../src/vendors/index.ts'
import { json } from '../support/gateway.ts'
import { CHANGES, HOLDS, type Place, type Places } from '../support/holds.ts'
import { at, isAmong, isNothing, LEAVES, type Members, unplaced } from '../support/members.ts'
import { startWholeSandbox } from '../support/sandbox.ts'
import { WHOLE_RECORDS } from '../support/whole-records.ts'

// What a vendor cannot hold is told: each member of each record, given to each vendor in a create and in an update, is read back as it was
// or named, as test/support/holds.ts says.

const VERBS = ['create', 'update'] as const
interface Write {
  verb: (typeof VERBS)[number]
  resource: Resource
  target: Target
}

/** A record before a member of it is tried: other values throughout, with all that any vendor requires. */
const BEFORE: Readonly<Record<Resource, Members>> = {
  customers: { kind: 'company', name: 'Antes Ltda' },
  products: { kind: 'product', name: 'Antes', price: '1.00' },
  sales: { number: 'Antes', items: [{ productId: null, quantity: '1', unitPrice: '100.00' }] },
  receivables: { description: 'Antes', amount: '1.00', dueOn: '2026-01-02' },
}

const field = (id: string, type: string, value: unknown) => [{ id, code: null, label: null, type, value }]

/** What means something in one account only: ids of the sandbox's, and words that its vendor has. */
const OWN: Readonly<Record<string, Partial<Record<Resource, Members>>>> = {
  egestor: {
    customers: { customFields: field('pontoRefEntrega', 'text', 'Portão azul') },
    products: { category: { id: '2', name: 'Utilidades' }, customFields: field('anotacoesNFE', 'text', 'Sem reflexo') },
    sales: {
      status: 'quote',
      salesperson: { id: '2', name: 'Otávio Falcão', email: 'otavio@portolivros.exemplo.com.br', code: 'V-31' },
      customFields: field('xCampo1', 'text', 'Entregar cedo'),
    },
    receivables: {
      paymentMethod: { id: '2', name: 'Pix' },
      account: { id: '2', name: 'Conta do Porto' },
      category: { id: '3', name: 'Vendas do Porto' },
    },
  },
  cplug: {
    products: { category: { id: '2', name: 'Utilidades' }, unit: 'CX' },
    sales: {
      status: 'shipped',
      vendorStatus: 'in_route',
      salesperson: { id: '2', name: 'Otávio Falcão', email: 'otavio@portolivros.exemplo.com.br', code: 'V-31' },
    },
  },
  kommo: {
    customers: {
      salesperson: { id: '504142', name: 'Otávio Falcão', email: 'otavio@portolivros.exemplo.com.br', code: 'V-31' },
      customFields: field('3009', 'numeric', '2500'),
    },
    products: { category: { id: '88002', name: 'Papelaria' }, customFields: field('8005', 'text', 'EXT-1') },
    sales: {
      vendorStatus: '32159',
      salesperson: { id: '504142', name: 'Otávio Falcão', email: 'otavio@portolivros.exemplo.com.br', code: 'V-31' },
      customFields: field('9003', 'monetary', '15.50'),
    },
    receivables: { vendorStatus: 'paid' },
  },
  cange: {
    customers: { customFields: field('9817', 'CURRENCY_FIELD', '2500.00') },
    products: { category: { id: '2', name: 'Escritório' }, customFields: field('9839', 'NUMBER_FIELD', '0.45') },
    receivables: { paymentMethod: { id: '2', name: 'Pix' } },
  },
  yandeh: {},
}

const { connections, gateway, close } = await startWholeSandbox({}, ({ id }) => id !== 'loja-norte')
afterAll(close)
const call = gateway.fetch

interface Target {
  id: string
  vendor: string
}

const firstIds = new Map<string, string[]>()

/** Ids of the first records of a connection, to refer to; none where it has none. */
async function idsOf(resource: Resource, { id }: Target): Promise<string[]> {
  const place = `${resource} ${id}`
  const found = firstIds.get(place) ?? (await listed(`/${resource}?connection=${id}&limit=5`))
  firstIds.set(place, found)
  return found
}

const listed = async (path: string): Promise<string[]> => ((await call(path)).body.data ?? []).map(({ id }: { id: string }) => id)

/** The record with references to others of the connection: `nth` of them. */
async function referring(record: Members, target: Target, nth: number): Promise<Members> {
  const referred: (string | null)[] = []
  for (const resource of RESOURCES) referred.push((await idsOf(resource, target))[nth] ?? null)
  const [customer, product, sale, receivable] = referred
  const { customer: whom, items, installments } = record as { customer?: object; items?: object[]; installments?: object[] }
  return {
    ...record,
    ...(whom && { customer: { ...whom, id: customer } }),
    ...('saleId' in record && { saleId: sale }),
    ...(items && { items: items.map((item) => ({ ...item, productId: product })) }),
    ...(installments && { installments: installments.map((one) => ({ ...one, receivableId: receivable })) }),
  }
}

let made = 0
/** No two products may have the same. */
const fresh = (resource: Resource): Members => (resource === 'products' ? { sku: `ANTES-${++made}` } : {})

const isSame = (path: string, got: unknown, given: unknown): boolean => {
  if (path !== 'customFields') return isDeepStrictEqual(unplaced(path, got, given), given)
  const values = new Map((got as { id: string; value: unknown }[]).map(({ id, value }) => [id, value]))
  return (given as { id: string; value: unknown }[]).every(({ id, value }) => isDeepStrictEqual(values.get(id), value))
}

/** What is wrong with what came of one member; null where it is as the table says. */
function wrongWith(path: string, { standing, onlyIf }: Place, sent: Members, got: Members, told: readonly string[]): string | null {
  const given = at(sent, path)
  if (isNothing(given)) return null
  const isThere = isSame(path, at(got, path), given)
  const isTold = isAmong(path, told)
  const shown = `${path}: ${JSON.stringify(given)} became ${JSON.stringify(at(got, path))}, told of: ${told}`
  if ((standing === 'holds' || standing === 'own') && (onlyIf?.(sent as never) ?? true))
    return isThere && !isTold ? null : `is held, but ${shown}`
  return isTold || (isThere && standing !== 'cannot') ? null : `nothing is told of ${shown}`
}

/** Gives a vendor these members, alone with what it requires. */
async function written({ verb, resource, target }: Write, before: Subject, given: Members, query: Record<string, string> = {}) {
  const isNew = verb === 'create'
  const path = isNew ? `/${resource}` : `/${resource}/${encodeURIComponent(before.nextId())}`
  const body = isNew ? { ...before.record, ...fresh(resource), ...given } : { ...before.anchor, ...given }
  const parameters = new URLSearchParams({ ...(isNew && { connection: target.id }), ...query })
  return { body, answered: await call(`${path}?${parameters}`, json(isNew ? 'POST' : 'PATCH', body)) }
}

/** All that is wrong with what came of these members. */
async function misfits(write: Write, places: Places, before: Subject, given: Members): Promise<string[]> {
  const { verb, resource } = write
  const { body, answered } = await written(write, before, given)
  const about = LEAVES[resource].filter((leaf) => leaf.split('.')[0]! in given)
  if (answered.status === 422) {
    const mayBe = about.some((leaf) => places.get(leaf)!.standing === 'refuses')
    return mayBe ? [] : [`${Object.keys(given)}: refused: ${answered.text}`]
  }
  if (answered.status !== (verb === 'create' ? 201 : 200)) return [`${Object.keys(given)}: ${answered.status} ${answered.body.detail}`]
  const told: string[] = answered.body.meta.warnings.map((warning: { field: string | null }) => warning.field ?? '')
  const sent = { ...before.record, ...body }
  return about.flatMap((leaf) => wrongWith(leaf, places.get(leaf)!, sent, answered.body.data, told) ?? [])
}

interface Subject {
  record: Members
  /** Of a record that is there, for a change. */
  nextId(): string
  /** A member that goes along in a change, so that something of it can be stored. */
  anchor: Members
}

const placesOf = ({ verb, resource, target: { vendor } }: Write): Places | null => {
  const changes = verb === 'update' ? CHANGES[vendor]?.[resource] : undefined
  return changes === undefined ? (HOLDS[vendor]![resource]?.places ?? null) : changes
}

/** The member that the table names first as held is given along with others. */
function anchorOf(places: Places, whole: Members): Members {
  const name = [...places].find(([, { standing, onlyIf }]) => standing === 'holds' && !onlyIf)?.[0].split('.')[0]
  return name === undefined ? {} : { [name]: whole[name] }
}

/** What is given along with each member: what the vendor requires, and one that it holds, so that there is something to store. */
function besides(resource: Resource, { vendor }: Target, places: Places, whole: Members): Members {
  const required = HOLDS[vendor]![resource]?.required.map((path) => path.split('.')[0]!) ?? []
  const names = [...required, ...Object.keys(anchorOf(places, whole))]
  const before = Object.fromEntries(Object.entries(BEFORE[resource]).filter(([name]) => names.includes(name)))
  // Goods and services are not the same to all vendors.
  return resource === 'products' && places.get('kind')?.standing !== 'cannot' ? { ...before, kind: whole.kind } : before
}

/** A record to change: one that is made for it, or others each time, where none is made and nothing is changed to what it is. */
async function subjectOf({ verb, resource, target }: Write, places: Places, whole: Members): Promise<Subject> {
  const record = await referring(besides(resource, target, places, whole), target, 1)
  const anchor = anchorOf(places, whole)
  if (HOLDS[target.vendor]![resource] === null) {
    const { body } = await call(`/${resource}?connection=${target.id}&limit=200`)
    const left = body.data.filter((row: Members) => at(row, 'registration.status') !== at(whole, 'registration.status'))
    return { record: {}, nextId: () => left.shift().id, anchor }
  }
  if (verb === 'create') return { record, nextId: () => '', anchor }
  const { status, body } = await call(`/${resource}?connection=${target.id}`, json('POST', { ...record, ...fresh(resource) }))
  expect([status, body.errors], body.detail).toEqual([201, undefined])
  return { record: body.data, nextId: () => body.data.id, anchor }
}

it.each(vendors)('has written down what $id can hold of each record, member by member', ({ id }) => {
  for (const resource of RESOURCES) {
    for (const verb of VERBS) {
      const places = placesOf({ verb, resource, target: { id, vendor: id } })
      if (places) expect([...places.keys()].toSorted(), `${verb} ${resource}`).toEqual(LEAVES[resource].toSorted())
    }
  }
})

it.each(RESOURCES)('leaves no member of %s untried', (resource) => {
  // References are those of a connection.
  const untried = LEAVES[resource].filter((path) => WHOLE_RECORDS[resource].every((each) => isNothing(at(each, path))))
  expect(
    untried.filter((path) => !/(customer\.id|productId|receivableId|saleId|(paymentMethod|account|category)\.id)$/.test(path)),
  ).toEqual([])
})

const writes: Write[] = connections.flatMap((target) => RESOURCES.flatMap((resource) => VERBS.map((verb) => ({ target, resource, verb }))))

describe.each(writes)('$verb of $resource at $target.vendor', (write) => {
  const { verb, resource, target } = write
  const places = placesOf(write)
  if (places === null) {
    it('is not offered', () => {
      expect(vendors.find(({ id }) => id === target.vendor)!.operations[`${resource}.${verb}`]).toBeUndefined()
    })
    return
  }

  const members = [...new Set(LEAVES[resource].map((path) => path.split('.')[0]!))]
  const wholeOf = (record: Members) => referring({ ...record, ...OWN[target.vendor]![resource], ...fresh(resource) }, target, 0)

  it('keeps or names each member, given alone', async () => {
    const whole = await wholeOf(WHOLE_RECORDS[resource][0]!)
    const before = await subjectOf(write, places, whole)
    const wrong: string[] = []
    for (const name of members) wrong.push(...(await misfits(write, places, before, { [name]: whole[name] })))
    expect(wrong).toEqual([])
  })

  it.each(WHOLE_RECORDS[resource])('keeps or names each member of record $vendorId, given together', async (record) => {
    const whole = await wholeOf(record)
    const before = await subjectOf(write, places, whole)
    const taken = members.filter((name) => places.get(name)?.standing !== 'refuses')
    const given = Object.fromEntries(taken.map((name) => [name, whole[name]]))
    expect(await misfits(write, places, before, given)).toEqual([])
  })
})
