import type { Customer } from '../../contract/customer.ts'
import type { Address } from '../../contract/fields.ts'
import type { Writable } from '../../contract/operations.ts'
import type { Context } from '../../kernel/adapter.ts'
import { addressPaths, cityNamed } from '../../kernel/brazil.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { oneOf, rows, text } from '../../kernel/wire.ts'
import { type Body, refuseIfAny, unnoted, withoutBlanks } from './body.ts'
import { documentsIn, identified, TAX_IDS } from './documents.ts'
import { addressesIn, chosen, toAddress } from './to-address.ts'
import { emailIn, phoneIn, phoneLabel } from './to-customer.ts'
import type { Customer as Cliente, Contact, Document, Address as Endereco } from './wire.ts'
import { CUSTOMER_KINDS, CUSTOMER_TYPES } from './words.ts'

/** individual or company; a tax id tells it where the kind does not. */
function typeOf(record: Writable<Customer>, current: Cliente | undefined, flaws: Flaw[]): unknown {
  if (record.kind && record.kind !== 'unknown') return CUSTOMER_TYPES[record.kind]
  if (current) return current.type
  if (record.taxId?.type === 'cnpj') return 'company'
  if (record.taxId?.type === 'cpf') return 'individual'
  flaws.push({ pointer: '/kind', detail: 'CPlug requires person or company' })
  return undefined
}

/** The contact that CPlug has for this value, with its id and as it is written there, taken out of what is left; or else a new one. */
function contact(type: string, value: string, left: Contact[]): Contact {
  const read = type === 'email' ? emailIn : phoneIn
  const at = left.findIndex((each) => each.type === type && read(each, unnoted) === value)
  return at < 0 ? { type, value } : left.splice(at, 1)[0]!
}

function contactsOf(record: Writable<Customer>, current: Cliente | undefined, context: Context): Contact[] | undefined {
  const { emails, phones } = record
  if (emails === undefined && phones === undefined) return undefined
  const before = rows(current?.contacts, unnoted, 'contacts') as readonly Contact[]
  const left = [...before]
  for (const [position, { label }] of (emails ?? []).entries()) {
    if (label !== (position === 0 ? 'main' : 'other')) context.warn(null, 'emails.label', 'CPlug keeps the order and no labels')
  }
  const written = (phones ?? []).map(({ value, label }, position) => {
    const type = label === 'mobile' || label === 'whatsapp' ? 'mobile' : 'phone'
    if (label !== phoneLabel(type, position)) context.warn(null, 'phones.label', 'CPlug knows mobiles and other phones only')
    return contact(type, value, left)
  })
  const isPhone = ({ type }: Contact) => type === 'mobile' || type === 'phone'
  return [
    ...(emails === undefined ? before.filter(({ type }) => type === 'email') : emails.map(({ value }) => contact('email', value, left))),
    ...(phones === undefined ? before.filter(isPhone) : written),
    ...before.filter((each) => each.type !== 'email' && !isPhone(each)),
  ]
}

function written(address: Address, type: 'default' | 'shipping', before: Endereco | undefined, context: Context): Endereco | undefined {
  const field = type === 'default' ? 'address' : 'deliveryAddress'
  if (!address.street) {
    context.warn(null, field, 'CPlug takes no address without a street')
    return before
  }
  const ibge = address.cityCode ?? cityNamed(address.city, address.state)?.code
  const was = before && toAddress(before, unnoted, addressPaths(field))
  const isSameCity = ibge ? was?.cityCode === ibge : was?.city === (address.city ?? null) && was.state === (address.state ?? null)
  // What CPlug has beyond ours stays: the id, a nickname, and its own id of the city where it is still that city.
  return withoutBlanks({
    ...before,
    city_id: isSameCity ? before?.city_id : undefined,
    type,
    street: address.street,
    number: address.number,
    complement: address.complement,
    neighborhood: address.district,
    ibge_code: ibge,
    city: address.city,
    state: address.state,
    zip_code: address.postalCode,
  })
}

function addressesOf(record: Writable<Customer>, current: Cliente | undefined, context: Context): Endereco[] | undefined {
  const { address, deliveryAddress } = record
  if (address === undefined && deliveryAddress === undefined) return undefined
  const before = addressesIn(current?.addresses, unnoted)
  const { main, delivery } = chosen(before)
  const after = [
    address === undefined ? main : address && written(address, 'default', main, context),
    deliveryAddress === undefined ? delivery : deliveryAddress && written(deliveryAddress, 'shipping', delivery, context),
    ...before.filter((each) => each !== main && each !== delivery),
  ]
  return after.filter((each) => each !== undefined && each !== null)
}

function documentsOf(record: Writable<Customer>, current: Cliente | undefined, context: Context): Document[] | undefined {
  const { taxId, stateRegistration, municipalRegistration } = record
  if (taxId === undefined && stateRegistration === undefined && municipalRegistration === undefined) return undefined
  let documents = documentsIn(current?.documents, unnoted)
  // The one that was read gives way, and so do those that would be read before the new one; without a new one, all that would be read. Others stay.
  const put = (types: readonly string[], type: string, identify: string | null | undefined) => {
    if (identify === undefined) return
    const gone = identify ? types.slice(0, types.indexOf(type)) : types
    const read = identified(documents, types, unnoted, type)?.document
    documents = documents.filter((each) => !gone.includes(String(each.type)) && (each !== read || each.type === type))
    if (!identify) return
    const before = identified(documents, [type], unnoted, type)?.document
    documents = before
      ? documents.map((each) => (each === before ? { ...each, identify } : each))
      : [...documents.filter((each) => each.type !== type), { type, identify }]
  }
  if (taxId?.type === 'other') context.warn(null, 'taxId', 'CPlug keeps a CPF or a CNPJ')
  else put(TAX_IDS, taxId?.type ?? 'cpf', taxId === null ? null : taxId?.value)
  put(['ie'], 'ie', stateRegistration)
  put(['im'], 'im', municipalRegistration)
  return documents
}

/** A company's legal name is in two members (DOC); one that CPlug has otherwise stays. */
function namesOf(name: string | null | undefined, isCompany: boolean, current: Cliente | undefined): Body {
  if (name === undefined || name === null) return {}
  if (!isCompany) return { name }
  const before = text(current?.company_name, unnoted, 'name')
  const isTradeName = before !== null && before !== text(current?.name, unnoted, 'name')
  return { company_name: name, ...(!isTradeName && { name }) }
}

/** `current` is what CPlug has, for an update: then the whole writable set is sent, as nobody knows what a PUT leaves alone. */
export function fromCustomer(record: Writable<Customer>, context: Context, current?: Cliente): Body {
  const flaws: Flaw[] = []
  if (record.name === null || (record.name === undefined && !current)) flaws.push({ pointer: '/name', detail: 'CPlug requires a name' })
  const type = typeOf(record, current, flaws)
  refuseIfAny(flaws)
  const isCompany = oneOf(CUSTOMER_KINDS, type) === 'company'
  if (record.birthDate && isCompany) context.warn(null, 'birthDate', 'CPlug keeps it of persons')
  if (record.roles?.some((role) => role !== 'customer') || (current && record.roles?.length === 0))
    context.warn(null, 'roles', 'it is a customer at CPlug, and nothing else')
  const body: Body = {
    name: current?.name,
    company_name: current?.company_name,
    ...namesOf(record.name, isCompany, current),
    type,
    birthday: record.birthDate === undefined ? current?.birthday : isCompany ? current?.birthday : record.birthDate,
    notes: record.notes === undefined ? current?.notes : record.notes,
    contacts: contactsOf(record, current, context) ?? current?.contacts,
    addresses: addressesOf(record, current, context) ?? current?.addresses,
    documents: documentsOf(record, current, context) ?? current?.documents,
  }
  return current ? body : withoutBlanks(body)
}
