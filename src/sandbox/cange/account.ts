// What an account of Cange is made of, as this simulation keeps it.

export interface Option {
  id_field_option: number
  value: string
  label: string
}

export interface Field {
  id_field: number
  /** 40 hex digits. */
  name: string
  title: string
  type: string
  form_id: number
  required: '1' | 'S' | null
  show_on_form: 'S' | null
  options?: Option[]
  register_id?: number
  flow_id?: number
}

/** What is stored for one field, always text (C3), and what the screen shows for it. */
export interface Stored {
  value: string
  shown: string
}

export type Values = Map<number, Stored[]>

/** A record of a register. */
export interface Entry {
  id: number
  values: Values
  deleted: boolean
  created: string
}

export interface Register {
  id_register: number
  form_id: number
  name: string
  engine: 'v1' | 'v2'
  entries: Map<number, Entry>
}

export interface Card {
  id: number
  step: number
  /** By form id. */
  forms: Map<number, Values>
  archived: boolean
  deleted: boolean
  complete: boolean
  due: string | null
  created: string
}

export interface Step {
  id_step: number
  name: string
  form_id: number
  index: number
}

export interface Flow {
  id_flow: number
  form_init_id: number
  name: string
  engine: 'v1' | 'v2'
  /** Its list comes in pages under a key that expires. */
  isLargeData: boolean
  steps: Step[]
  cards: Map<number, Card>
}

export interface Account {
  registers: Map<number, Register>
  flows: Map<number, Flow>
  fields: Field[]
  /** Ids are counted over the whole account (C3). */
  nextId: number
}

export const fieldsOfForm = ({ fields }: Account, formId: number) => fields.filter(({ form_id }) => form_id === formId)

export const formsOfFlow = ({ form_init_id, steps }: Flow) => [form_init_id, ...steps.map(({ form_id }) => form_id)]

export const fieldsOfFlow = (account: Account, flow: Flow) => {
  const forms = formsOfFlow(flow)
  return account.fields.filter(({ form_id }) => forms.includes(form_id))
}

/** The title of a record is what its first field shows (assumed). */
export const titleOf = (account: Account, formId: number, values: Values | undefined): string =>
  values?.get(fieldsOfForm(account, formId).find(({ type }) => type !== 'TITLE_FIELD')?.id_field ?? 0)?.[0]?.shown ?? '(Sem título)'

export const live = (register: Register) => [...register.entries.values()].filter(({ deleted }) => !deleted)

export const activeCards = (flow: Flow) => [...flow.cards.values()].filter(({ deleted, archived }) => !deleted && !archived)
