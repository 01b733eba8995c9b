import type { Resource } from '../../src/contract/operations.ts'

// What each vendor can hold of a record that is made or changed there, written by hand from what is known of the vendor and not from its
// adapter. Sources are named as in the vendors' READMEs; `account` is what the sandbox's account has fields for.

/**
 * holds: arrives as it was. derives: follows from something else, and is either as it was or warned about. own: an id that means something in
 * its own account only, so that one from elsewhere is warned about. cannot: warned about. refuses: as it was, or else the whole write is
 * refused.
 */
export type Standing = 'holds' | 'derives' | 'own' | 'cannot' | 'refuses'

/** What a record has to be for a member of it to be held; where it is not, the member is warned about. */
type Condition = (record: Given) => boolean

interface Given {
  kind?: string
  address?: { street: string | null } | null
  deliveryAddress?: { street: string | null } | null
  stock?: { tracked: boolean | null } | null
}

export interface Place {
  standing: Standing
  /** Where that is known from; for `derives` also from what it follows. */
  source: string
  onlyIf?: Condition
}

export type Places = ReadonlyMap<string, Place>

export interface Held {
  places: Places
  /** Members without which the vendor takes no record: the refusal names them. */
  required: readonly string[]
  /** A member that no two records may share: the second is refused. */
  unique?: string
}

type Row = readonly [standing: Standing, source: string, members: string, onlyIf?: Condition]

function placesOf(rows: readonly Row[]): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const [standing, source, members, onlyIf] of rows) {
    for (const member of members.split(' ')) {
      if (places.has(member)) throw new Error(`${member} stands twice`)
      places.set(member, { standing, source, ...(onlyIf && { onlyIf }) })
    }
  }
  return places
}

const held = (required: string, ...rows: readonly Row[]): Held => ({
  places: placesOf(rows),
  required: required.split(' ').filter(Boolean),
})

const isGoods: Condition = ({ kind }) => kind !== 'service'
const isService: Condition = ({ kind }) => kind === 'service'
const isCounted: Condition = ({ kind, stock }) => kind !== 'service' && stock?.tracked === true
const hasStreet: Condition = ({ address }) => Boolean(address?.street)
const hasDeliveryStreet: Condition = ({ deliveryAddress }) => Boolean(deliveryAddress?.street)

const PRE_REGISTRATION =
  'registration.status registration.reason registration.reviewedAt consent.granted consent.name consent.taxId.type consent.taxId.value'
const SALESPERSON = 'salesperson.id salesperson.name salesperson.email salesperson.code'
const DELIVERY =
  'deliveryAddress.street deliveryAddress.number deliveryAddress.complement deliveryAddress.district deliveryAddress.city deliveryAddress.cityCode deliveryAddress.state deliveryAddress.postalCode'
const PACKED = 'minimumPrice maximumPrice brand manufacturer packSize expiresOn images'
const FISCAL = 'fiscal.ncm fiscal.cest fiscal.origin fiscal.exTipi fiscal.taxGroupId fiscal.serviceCode fiscal.cnae'

const CUSTOMER_NAMED = 'customer.name customer.taxId.type customer.taxId.value'
const SOLD = 'items.kind items.description items.sku items.barcode items.unit items.unitCost items.taxes'
const INSTALLED = 'installments.receivableId installments.number installments.dueOn installments.amount installments.status'
const INVOICED = 'fiscalDocuments.type fiscalDocuments.key'

/** By vendor; null where it takes no new ones at all. */
export const HOLDS: Readonly<Record<string, Readonly<Record<Resource, Held | null>>>> = {
  egestor: {
    customers: held(
      'name',
      ['holds', 'seed', 'name tradeName contactName taxId.value stateRegistration municipalRegistration suframa emails.value phones.value'],
      ['holds', 'seed: indicadorIE 1, 2, 9', 'stateRegistrationStatus'],
      [
        'holds',
        'seed',
        'address.street address.number address.complement address.district address.state address.postalCode address.country',
      ],
      ['holds', 'seed', 'deliveryAddress.street deliveryAddress.number deliveryAddress.complement deliveryAddress.district'],
      ['holds', 'seed', 'deliveryAddress.state deliveryAddress.postalCode roles finalConsumer tags notes'],
      ['derives', 'seed: cidade is read only and follows from codIBGE', 'address.city address.cityCode'],
      ['derives', 'seed: cidadeEntrega is read only and follows from codIBGEEntrega', 'deliveryAddress.city deliveryAddress.cityCode'],
      ['derives', 'assumed: from the length of cpfcnpj', 'kind taxId.type'],
      ['derives', 'seed: dtNasc is the only date', 'birthDate foundedOn'],
      ['derives', 'seed: from the place in a list of texts', 'emails.label phones.label'],
      ['own', 'seed: members without one of ours', 'customFields'],
      ['cannot', 'seed', `deliveryAddress.country segment ${SALESPERSON} ${PRE_REGISTRATION}`],
    ),
    products: held(
      'name',
      ['holds', 'seed', 'name price tags notes'],
      ['holds', 'seed', 'sku barcode unit cost stock.tracked stock.minimum weight.gross weight.net', isGoods],
      ['holds', 'seed', 'fiscal.ncm fiscal.cest fiscal.origin fiscal.exTipi', isGoods],
      ['holds', 'seed: estoque counts where controlarEstoque', 'stock.quantity', isCounted],
      ['holds', 'seed', 'fiscal.serviceCode fiscal.cnae', isService],
      ['derives', 'seed: goods and services are two lists, and there are no combos', 'kind'],
      ['derives', 'assumed: all amounts are in BRL', 'currency'],
      ['own', 'seed', 'fiscal.taxGroupId'],
      ['own', 'seed: of goods, as is the field that is tried', 'category.id customFields', isGoods],
      ['cannot', 'seed, D1', `description active category.name ${PACKED}`],
    ),
    sales: held(
      'items',
      ['holds', 'D1', 'customer.id status soldOn deliveredOn freight discount tags items.productId items.quantity'],
      ['holds', 'D1', 'items.unitPrice items.discount items.notes installments.dueOn installments.amount'],
      ['holds', 'D1: pago', 'installments.status'],
      ['holds', 'D1: the words of situacaoOS', 'vendorStatus'],
      ['own', 'D1: codVendedor', 'salesperson.id'],
      ['own', 'seed: customizado', 'customFields'],
      ['derives', 'F2: of the lines, freight and discount', 'total items.total'],
      ['derives', 'seed: from their order', 'installments.number'],
      ['derives', 'assumed: all amounts are in BRL', 'currency'],
      ['cannot', 'D1: in reads only', `number downPayment installments.receivableId ${INVOICED} ${SOLD}`],
      ['cannot', 'D1', `${CUSTOMER_NAMED} salesperson.name salesperson.email salesperson.code notes`],
    ),
    receivables: held(
      'description amount dueOn',
      ['holds', 'D1', 'documentNumber description amount issuedOn dueOn creditedOn customer.id tags notes'],
      ['holds', 'D1: recebido', 'status'],
      ['own', 'D1', 'paymentMethod.id account.id category.id'],
      ['derives', 'D1: dtPgto, where recebido', 'paidOn'],
      ['derives', 'D1: there is one amount, and it is received or not', 'paidAmount'],
      ['derives', 'D1: situacao follows from recebido', 'vendorStatus'],
      ['derives', 'assumed: all amounts are in BRL', 'currency'],
      ['cannot', 'D1: in reads only', 'saleId origin customFields'],
      ['cannot', 'D1', `${CUSTOMER_NAMED} installment.number installment.of paymentMethod.name account.name category.name barcode`],
    ),
  },
  cplug: {
    customers: held(
      'name kind',
      ['holds', 'DOC', 'kind name emails.value phones.value notes'],
      ['holds', 'DOC, assumed in the POST', 'taxId.value stateRegistration municipalRegistration'],
      ['holds', 'DOC', 'address.street'],
      ['holds', 'DOC', 'address.number address.complement address.district address.city address.state address.postalCode', hasStreet],
      ['holds', 'DOC: ibge_code', 'address.cityCode', hasStreet],
      ['holds', 'DOC', DELIVERY, hasDeliveryStreet],
      ['derives', 'DOC: birthday, of persons', 'birthDate'],
      ['derives', 'DOC: a document is a cpf or a cnpj', 'taxId.type'],
      ['derives', 'DOC: mobile or phone, and the place', 'emails.label phones.label'],
      ['derives', 'DOC: suppliers are another list', 'roles'],
      ['cannot', 'DOC: members without one of ours are of reads', 'customFields'],
      ['cannot', 'DOC', 'tradeName contactName stateRegistrationStatus suframa foundedOn address.country deliveryAddress.country'],
      ['cannot', 'DOC', `finalConsumer segment tags ${SALESPERSON} ${PRE_REGISTRATION}`],
    ),
    products: {
      // DOC: unique in a store.
      unique: 'sku',
      ...held(
        'name sku price',
        ['holds', 'DOC', 'name sku barcode description price currency'],
        ['derives', 'assumed: a unit of the store by its abbreviation, else settings.defaults', 'unit'],
        ['derives', 'DOC: simple or combo', 'kind'],
        ['own', 'DOC', 'category.id'],
        ['cannot', 'DOC: members without one of ours are of reads', 'customFields'],
        ['cannot', 'DOC', `cost active category.name tags notes ${PACKED} ${FISCAL}`],
        ['cannot', 'DOC', 'stock.tracked stock.quantity stock.minimum weight.gross weight.net'],
      ),
    },
    sales: held(
      'items',
      ['holds', 'DOC', 'items.productId items.quantity items.unitPrice items.discount items.total items.notes currency'],
      ['holds', 'assumed in the POST', 'customer.id'],
      ['own', 'assumed in the POST', 'salesperson.id'],
      ['derives', 'DOC: every order begins open', 'status vendorStatus'],
      ['derives', 'assumed: of the lines', 'total'],
      ['cannot', 'DOC: the IPI that it takes is that of one unit', SOLD],
      ['cannot', 'DOC', `number soldOn deliveredOn discount freight downPayment ${INSTALLED} ${INVOICED} tags notes customFields`],
      ['cannot', 'DOC', `${CUSTOMER_NAMED} salesperson.name salesperson.email salesperson.code`],
    ),
    receivables: null,
  },
  kommo: {
    customers: held(
      '',
      ['holds', 'KPT', 'name tags'],
      ['holds', 'seed: multitext', 'emails.value phones.value'],
      ['holds', 'seed: legal_entity vat_id', 'taxId.value'],
      ['holds', 'seed: birthday', 'birthDate'],
      ['holds', 'seed: smart_address', 'address.street address.complement address.city address.state address.postalCode address.country'],
      ['holds', 'seed: in the first line of the address', 'address.number', hasStreet],
      ['derives', 'assumed: from the name of the city', 'address.cityCode'],
      ['derives', 'seed: the labels it knows, and the place', 'emails.label phones.label'],
      ['derives', 'assumed: from the tax id', 'kind taxId.type'],
      ['own', 'KPT: a user of the account', 'salesperson.id'],
      ['own', 'seed: fields of the account', 'customFields'],
      ['cannot', 'account: no field is mapped', 'tradeName contactName stateRegistration municipalRegistration segment notes'],
      ['cannot', 'KPT', 'stateRegistrationStatus suframa foundedOn roles finalConsumer address.district deliveryAddress.country'],
      ['cannot', 'KPT', `${DELIVERY} salesperson.name salesperson.email salesperson.code ${PRE_REGISTRATION}`],
    ),
    products: held(
      'name',
      ['holds', 'AMO', 'name sku description price'],
      ['holds', 'account: KPT names UNIT, and EAN is a text field', 'unit barcode'],
      ['derives', 'AMO: one of the list of GROUP', 'category.name'],
      ['derives', "AMO: the account's currency", 'currency'],
      ['derives', 'AMO: elements have no kind', 'kind'],
      ['own', 'AMO', 'category.id customFields'],
      ['cannot', 'AMO', `cost active tags notes ${PACKED} ${FISCAL}`],
      ['cannot', 'AMO', 'stock.tracked stock.quantity stock.minimum weight.gross weight.net'],
    ),
    sales: held(
      '',
      ['holds', 'AMO: the name of the lead', 'number'],
      ['holds', 'AMO: its price', 'total'],
      ['holds', 'AMO: created_at or closed_at', 'soldOn'],
      ['holds', 'KPT', 'status tags customer.id'],
      ['holds', 'AMO: linked elements with their quantity', 'items.productId items.quantity'],
      ['derives', 'KPT: a stage of the account, where it goes with the status', 'vendorStatus'],
      ['own', 'KPT: a user of the account', 'salesperson.id'],
      ['own', 'seed: fields of the account', 'customFields'],
      ['derives', "AMO: the account's currency", 'currency'],
      ['cannot', 'AMO: of the element', `items.unitPrice items.discount items.total items.notes ${SOLD}`],
      ['cannot', 'AMO', `deliveredOn discount freight downPayment ${INSTALLED} ${INVOICED} notes`],
      ['cannot', 'AMO', `${CUSTOMER_NAMED} salesperson.name salesperson.email salesperson.code`],
    ),
    receivables: held(
      'description',
      ['holds', 'PHP: BILL_STATUS, BILL_PRICE', 'status amount'],
      ['holds', 'AMO: the name of the invoice', 'documentNumber'],
      ['holds', 'PHP: BILL_COMMENT, or the name', 'description'],
      ['holds', 'account: the field Vencimento', 'dueOn'],
      ['holds', 'PHP: PAYER', 'customer.id customer.name customer.taxId.value'],
      ['derives', 'PHP: from the number', 'customer.taxId.type'],
      ['derives', 'PHP: the option that BILL_STATUS has', 'vendorStatus'],
      ['derives', 'PHP: BILL_PAYMENT_DATE means something once it is paid', 'paidOn'],
      ['derives', "AMO: the account's currency", 'currency'],
      ['cannot', 'account: each field of its list is a member', 'customFields'],
      ['cannot', 'AMO', 'paidAmount issuedOn creditedOn saleId installment.number installment.of barcode origin tags notes'],
      ['cannot', 'AMO', 'paymentMethod.id paymentMethod.name account.id account.name category.id category.name'],
    ),
  },
  cange: {
    customers: held(
      'name',
      ['holds', 'account, C2', 'name taxId.value finalConsumer foundedOn notes'],
      ['holds', 'account, C2', 'address.street address.number address.city address.state address.postalCode'],
      ['derives', 'account: such a field takes one (C2)', 'emails.value phones.value'],
      ['derives', 'account: one of the options', 'segment'],
      ['derives', 'assumed: from the place', 'emails.label phones.label'],
      ['derives', 'assumed: from the name of the city', 'address.cityCode'],
      ['derives', 'assumed: from the tax id', 'kind taxId.type'],
      ['derives', 'account: it is the register of customers', 'roles'],
      ['own', 'C2: fields of the account', 'customFields'],
      ['cannot', 'account', 'tradeName contactName stateRegistration stateRegistrationStatus municipalRegistration suframa birthDate tags'],
      ['cannot', 'account', `address.complement address.district address.country deliveryAddress.country ${DELIVERY}`],
      ['cannot', 'account', `${SALESPERSON} ${PRE_REGISTRATION}`],
    ),
    products: held(
      'name',
      ['holds', 'account, C2', 'name sku barcode price cost stock.quantity active'],
      ['derives', 'account: one of the options', 'category.name'],
      ['derives', 'assumed: all amounts are in BRL', 'currency'],
      ['own', 'C2', 'category.id customFields'],
      ['cannot', 'account', `kind description unit tags notes ${PACKED} ${FISCAL}`],
      ['cannot', 'account', 'stock.tracked stock.minimum weight.gross weight.net'],
    ),
    sales: held(
      'number',
      ['holds', 'account, C2', 'number customer.id total soldOn discount'],
      ['derives', 'C3: a new card has its first form only', 'deliveredOn'],
      ['derives', 'C3: it stands on the first step', 'status'],
      ['derives', 'assumed: all amounts are in BRL', 'currency'],
      ['cannot', 'account: no field of its first form is left', 'customFields'],
      ['cannot', 'C3: the name of the step', 'vendorStatus'],
      ['cannot', 'account', `customer.name customer.taxId.type customer.taxId.value ${SALESPERSON} freight downPayment tags notes`],
      ['cannot', 'C2', `items.productId items.quantity items.unitPrice items.discount items.total items.notes ${SOLD}`],
      ['cannot', 'C2', `${INSTALLED} ${INVOICED}`],
    ),
    receivables: held(
      'description',
      ['holds', 'account, C2', 'description customer.id saleId amount dueOn paidOn'],
      ['derives', 'C3: it stands on the first step', 'status'],
      ['derives', 'account: one of the options', 'paymentMethod.name'],
      ['derives', 'assumed: all amounts are in BRL', 'currency'],
      ['own', 'account: one of the options', 'paymentMethod.id'],
      ['cannot', 'account: each field of its form is a member', 'customFields'],
      ['cannot', 'C3: the name of the step', 'vendorStatus'],
      ['cannot', 'account', 'documentNumber paidAmount issuedOn creditedOn installment.number installment.of barcode origin tags notes'],
      ['cannot', 'account', 'customer.name customer.taxId.type customer.taxId.value account.id account.name category.id category.name'],
    ),
  },
  // Customers are born in its app, orders in its shop, and goods go through a call whose path nobody knows (seed, Y1).
  yandeh: { customers: null, products: null, sales: null, receivables: null },
}

/** The same members, of which a change holds these and no others. */
const only = ({ places }: Held, source: string, ...rows: readonly Row[]): Places =>
  new Map<string, Place>([...[...places.keys()].map((member) => [member, { standing: 'cannot', source }] as const), ...placesOf(rows)])

/** The same members, of which these stand differently in a change. */
const but = ({ places }: Held, ...rows: readonly Row[]): Places => new Map([...places, ...placesOf(rows)])

const { egestor, cplug, cange } = HOLDS as Readonly<Record<string, Readonly<Record<Resource, Held>>>>

/** Where a change does not hold what a new record does; null where nothing is changed. */
export const CHANGES: Readonly<Record<string, Partial<Readonly<Record<Resource, Places | null>>>>> = {
  egestor: {
    sales: only(egestor!.sales, 'D1', ['holds', 'D1', 'status vendorStatus'], ['own', 'D1: campoAdicional', 'customFields']),
    receivables: but(egestor!.receivables, ['refuses', 'D1: it is settled by a call of its own', 'status paidOn paidAmount']),
  },
  cplug: { sales: only(cplug!.sales, 'DOC: the page of the PUT could not be read', ['holds', 'DOC', 'status vendorStatus']) },
  cange: { sales: but(cange!.sales, ['refuses', 'C3: the form of a step it has not reached', 'deliveredOn']) },
  yandeh: { customers: only(egestor!.customers, 'seed', ['holds', 'seed', 'registration.status registration.reason']) },
}
