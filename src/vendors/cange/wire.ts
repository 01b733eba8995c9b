// What Cange sends, in its own words. Every member is loose. Sources: C0 the seed; C1 to C5 as the README names them.

/** A field of a form, as /field/by-register and /field/by-flow give it (C2, C3). */
export interface Campo {
  id_field?: unknown
  /** Hash, the key of `values` (C4). */
  name?: unknown
  title?: unknown
  type?: unknown
  form_id?: unknown
  /** "1" and "S" are both seen (C3). */
  required?: unknown
  /** "S": hidden, and then never required (C3). */
  show_on_form?: unknown
  options?: unknown
  /** The register whose entries it names. */
  register_id?: unknown
  /** The flow whose cards it names. */
  flow_id?: unknown
}

export interface Opcao {
  id_field_option?: unknown
  value?: unknown
  label?: unknown
  /** Instead of label (C2). */
  title?: unknown
}

/** A value of the first engine; several of one field are several of these, in the order of `index` (C3). */
export interface CampoRespondido {
  field_id?: unknown
  /** Always text (C3). */
  value?: unknown
  /** What the screen shows. */
  valueString?: unknown
  deleted?: unknown
  index?: unknown
  /** Left out in lists of cards (C3). */
  field?: unknown
}

/** A record of a register, and one form of a card. */
export interface Resposta {
  id_form_answer?: unknown
  title?: unknown
  deleted?: unknown
  dt_created?: unknown
  form_answer_fields?: unknown
}

export interface Cartao {
  id_card?: unknown
  title?: unknown
  flow_id?: unknown
  flow_step_id?: unknown
  complete?: unknown
  archived?: unknown
  deleted?: unknown
  dt_due?: unknown
  dt_created?: unknown
  user?: unknown
  user_id?: unknown
  form_answers?: unknown
}

/** A row of POST /flow/v2/query; `fields` has keys such as "field:12" (C3). */
export interface LinhaDeFluxo {
  card?: unknown
  fields?: unknown
}

/** A value of the second engine: the first four names in registers, the others in flows (C3). */
export interface ValorProjetado {
  value?: unknown
  display_value?: unknown
  related_title?: unknown
  items?: unknown
  valueString?: unknown
  valueNumber?: unknown
  mvDisplayValue?: unknown
  mvCount?: unknown
}
