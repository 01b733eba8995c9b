import { Ajv, type ErrorObject } from 'ajv'
import { type TSchema, Type } from 'typebox'
import { accountOf } from './config-account.ts'
import { type ClientConfig, type ConnectionConfig, connectionMembers, fileMembers, settingsSchema } from './config-schema.ts'
import { chosen, type Vendor } from './kernel/adapter.ts'
import { limitsByLogin, limitsFlaw } from './kernel/permits.ts'
import { remembered } from './kernel/remembered.ts'

// gateway.config.json read: names of the environment replaced, every misfit named with its path.

/** The operator's file, as it is. */
export interface ConfigFile {
  name: string
  text: string
}

export type Environment = Readonly<Record<string, string | undefined>>
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false })

/** What does not fit, and where: a JSON Pointer. */
export interface Misfit {
  pointer: string
  detail: string
}

/** Every way in which a value does not fit. A union is judged by the member whose literals fit. */
function misfits(schema: TSchema, value: unknown, pointer = ''): Misfit[] {
  const { anyOf } = schema as unknown as { anyOf?: TSchema[] }
  if (anyOf) return misfits(closest(anyOf, value), value, pointer)
  const validate = ajv.compile(schema)
  if (validate(value)) return []
  return (validate.errors ?? []).map((error) => described(error, pointer + error.instancePath))
}

function closest(union: TSchema[], value: unknown): TSchema {
  const fits = (schema: TSchema) =>
    Object.entries((schema as unknown as { properties: Record<string, { const?: unknown }> }).properties).every(
      ([name, member]) => member.const === undefined || member.const === (value as Record<string, unknown> | null)?.[name],
    )
  return union.find(fits) ?? union[0]!
}

function described({ keyword, params, message = 'is not valid' }: ErrorObject, pointer: string): Misfit {
  if (keyword === 'additionalProperties') return { pointer: `${pointer}/${params.additionalProperty}`, detail: 'is unknown' }
  if (keyword === 'required') return { pointer: `${pointer}/${params.missingProperty}`, detail: 'is missing' }
  if (keyword === 'enum') return { pointer, detail: `must be one of ${params.allowedValues.join(', ')}` }
  if (keyword === 'const') return { pointer, detail: `must be ${params.allowedValue}` }
  return { pointer, detail: message }
}

/** Misfits as the operator reads them, each with its path. */
const told = (found: readonly Misfit[], path: string) =>
  found.map(({ pointer, detail }) => `${path}${pointer.replaceAll('/', '.')}: ${detail}`)

/** Replaces `${NAME}` in every string; a name that the environment lacks is a problem. */
function substituted(value: unknown, environment: Environment, path: string, problems: string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, name: string) => {
      const replacement = environment[name]
      if (replacement === undefined || replacement === '') problems.push(`${path}: the environment has no ${name}`)
      return replacement ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((item, index) => substituted(item, environment, `${path}.${index}`, problems))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, substituted(member, environment, `${path}.${name}`, problems)]),
    )
  }
  return value
}
function isValidZone(timeZone: unknown): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: timeZone as string }))
  } catch {
    return false
  }
}

function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** Settings that name a place to call or to send a person to. */
export const URL_SETTINGS = ['baseUrl', 'tokenUrl', 'authorizeUrl'] as const

const shapes = new WeakMap<Vendor, TSchema>()

/** One object for each vendor: a schema is compiled for every new one, which takes a while. */
const shapeOf = (vendor: Vendor) =>
  remembered(shapes, vendor, () => connectionMembers(Type.Literal(vendor.id), Type.Unknown(), settingsSchema(vendor)))

/** What is wrong with one connection, whoever made it. */
export function connectionMisfits(given: unknown, vendors: readonly Vendor[]): Misfit[] {
  if (typeof given !== 'object' || given === null) return [{ pointer: '', detail: 'must be object' }]
  const config = given as Partial<ConnectionConfig>
  const vendor = vendors.find(({ id }) => id === config.vendor)
  if (!vendor) return [{ pointer: '/vendor', detail: `must be one of ${vendors.map(({ id }) => id).join(', ')}` }]
  const found = misfits(shapeOf(vendor), config)
  if (config.credentials !== undefined) found.push(...misfits(vendor.credentials, config.credentials, '/credentials'))
  const settings = config.settings ?? {}
  const { timeZone, baseUrl, enable } = settings
  if (timeZone !== undefined && !isValidZone(timeZone)) found.push({ pointer: '/settings/timeZone', detail: 'is no time zone' })
  for (const name of URL_SETTINGS) {
    if (settings[name] !== undefined && !isHttpUrl(settings[name]))
      found.push({ pointer: `/settings/${name}`, detail: 'must be an http or https URL' })
  }
  if (baseUrl === undefined && vendor.baseUrlOf && vendor.baseUrlOf(settings) === undefined) {
    const detail = `is missing, and no other setting says where this account of ${vendor.name} is`
    found.push({ pointer: '/settings/baseUrl', detail })
  }
  const { operations } = chosen(vendor, config.settings ?? {})
  for (const operation of Array.isArray(enable) ? enable : []) {
    if (!(operation in operations)) found.push({ pointer: '/settings/enable', detail: `${vendor.name} has no operation ${operation}` })
  }
  return found
}

interface FileContent {
  clients: ClientConfig[]
  connections: ConnectionConfig[]
}

/** Clients and connections of the file; what is wrong with it is added to `problems`. */
export function readConfigFile(file: ConfigFile, environment: Environment, vendors: readonly Vendor[], problems: string[]): FileContent {
  const nothing: FileContent = { clients: [], connections: [] }
  let content: unknown
  try {
    content = JSON.parse(file.text)
  } catch {
    problems.push(`${file.name}: is not JSON`)
    return nothing
  }
  content = substituted(content, environment, file.name, problems)
  problems.push(...told(misfits(fileMembers(Type.Unknown()), content), file.name))
  const { clients = [], connections = [] } = (content ?? {}) as Partial<FileContent>
  if (!Array.isArray(clients) || !Array.isArray(connections)) return nothing
  const sound: { path: string; account: ReturnType<typeof accountOf> }[] = []
  connections.forEach((connection, index) => {
    const path = `${file.name}.connections.${index}`
    const found = connectionMisfits(connection, vendors)
    problems.push(...told(found, path))
    if (found.length === 0) sound.push({ path, account: accountOf(vendors.find(({ id }) => id === connection.vendor)!, connection) })
  })
  const limits = limitsByLogin(sound.map(({ account }) => account))
  for (const { path, account } of sound) {
    const flaw = limitsFlaw(account, limits)
    if (flaw) problems.push(`${path}.settings.limits: ${flaw}`)
  }
  const ids = connections.map((connection) => connection?.id)
  ids.forEach((id, index) => {
    if (id !== undefined && ids.indexOf(id) < index) problems.push(`${file.name}.connections.${index}.id: ${id} is there twice`)
  })
  clients.forEach((client, index) => {
    if (client?.id !== undefined && clients.findIndex((other) => other?.id === client.id) < index)
      problems.push(`${file.name}.clients.${index}.id: ${client.id} is there twice`)
    if (client?.keyHash !== undefined && clients.findIndex((other) => other?.keyHash === client.keyHash) < index)
      problems.push(`${file.name}.clients.${index}.keyHash: two clients have the same key`)
    for (const id of Array.isArray(client?.connections) ? client.connections : []) {
      if (id !== '*' && !ids.includes(id)) problems.push(`${file.name}.clients.${index}.connections: there is no connection ${id}`)
    }
  })
  return { clients, connections }
}
