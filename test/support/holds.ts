// What each vendor can hold of a customer and a product that is made there, written by hand from what is known of the vendor and not from
// its adapter. Sources are named as in the vendors' READMEs; `account` is what the sandbox's account has fields for.

/**
 * holds: arrives as it was. derives: follows from something else, and is either as it was or warned about. own: an id that means something in
 * its own account only, so that one from elsewhere is warned about. cannot: warned about.
 */
export type Standing = 'holds' | 'derives' | 'own' | 'cannot'

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

function held(required: string, ...rows: readonly Row[]): Held {
  const places = new Map<string, Place>()
  for (const [standing, source, members, onlyIf] of rows) {
    for (const member of members.split(' ')) {
      if (places.has(member)) throw new Error(`${member} stands twice`)
      places.set(member, { standing, source, ...(onlyIf && { onlyIf }) })
    }
  }
  return { places, required: required.split(' ').filter(Boolean) }
}

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

/** By vendor; null where it takes no new ones at all. */
export const HOLDS: Readonly<Record<string, { customers: Held | null; products: Held | null }>> = {
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
      ['own', 'seed', 'category.id fiscal.taxGroupId customFields'],
      ['cannot', 'seed, D1', `description active category.name ${PACKED}`],
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
      ['own', 'DOC: members without one of ours', 'customFields'],
      ['cannot', 'DOC', 'tradeName contactName stateRegistrationStatus suframa foundedOn address.country deliveryAddress.country'],
      ['cannot', 'DOC', `finalConsumer segment tags ${SALESPERSON} ${PRE_REGISTRATION}`],
    ),
    products: {
      // DOC: unique in a store.
      unique: 'sku',
      ...held(
        'name sku price',
        ['holds', 'DOC', 'name sku barcode description price currency'],
        ['derives', 'DOC: a unit of the store by its abbreviation, else settings.defaults', 'unit'],
        ['derives', 'DOC: simple or combo', 'kind'],
        ['own', 'DOC', 'category.id customFields'],
        ['cannot', 'DOC', `cost active category.name tags notes ${PACKED} ${FISCAL}`],
        ['cannot', 'DOC', 'stock.tracked stock.quantity stock.minimum weight.gross weight.net'],
      ),
    },
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
  },
  // Customers are born in its app, and goods go through a call whose path nobody knows (seed, Y1).
  yandeh: { customers: null, products: null },
}
