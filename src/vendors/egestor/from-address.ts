import type { Address } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { cityNamed } from '../../kernel/brazil.ts'
import type { Body } from './body.ts'

/** The code that eGestor derives the city from; empty where there is none, so that it never contradicts the state. */
function codIBGE(address: Address, field: string, context: Context): string {
  const code = address.cityCode ?? cityNamed(address.city, address.state)?.code
  if (code === undefined && address.city !== null)
    context.warn(null, `${field}.city`, 'no IBGE code was found for it, and eGestor keeps a city as its code')
  return code ?? ''
}

/** A number, as the seed's samples have it: eGestor's own reads lose the left zero, and ours restore it. */
function cep(address: Address, field: string, context: Context): number | string {
  const found = (address.postalCode ?? '').replace(/\D/g, '')
  if (found.length === 8) return Number(found)
  if (address.postalCode !== null) context.warn(null, `${field}.postalCode`, 'eGestor keeps a CEP of 8 digits only')
  return ''
}

const NO_ADDRESS: Address = {
  street: null,
  number: null,
  complement: null,
  district: null,
  city: null,
  cityCode: null,
  state: null,
  postalCode: null,
  country: null,
}

export function setAddress(body: Body, given: Address | null | undefined, suffix: '' | 'Entrega', field: string, context: Context) {
  if (given === undefined) return
  const address = { ...NO_ADDRESS, ...given }
  body[`logradouro${suffix}`] = address.street ?? ''
  body[`numero${suffix}`] = address.number ?? ''
  body[`complemento${suffix}`] = address.complement ?? ''
  body[`bairro${suffix}`] = address.district ?? ''
  body[`codIBGE${suffix}`] = codIBGE(address, field, context)
  body[`uf${suffix}`] = address.state ?? ''
  body[`cep${suffix}`] = cep(address, field, context)
  if (suffix === '') body.pais = address.country ?? ''
}
