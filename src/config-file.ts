import { Ajv, type ErrorObject } from 'ajv'
import { type TSchema, Type } from 'typebox'
import { type ClientConfig, type ConnectionConfig, connectionMembers, fileMembers, settingsSchema } from './config-schema.ts'
import { chosen, type Vendor } from './kernel/adapter.ts'

// gateway.config.json read: names of the environment replaced, every misfit named with its path.

/** The operator's file, as it is. */
export interface ConfigFile {
  name: string
  text: string
}

export type Environment = Readonly<Record<string, string | undefined>>
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false })

/** Every way in which a value does not fit, each with its path. A union is judged by the member whose literals fit. */
function misfits(schema: TSchema, value: unknown, path: string): string[] {
  const { anyOf } = schema as unknown as { anyOf?: TSchema[] }
  if (anyOf) return misfits(closest(anyOf, value), value, path)
  const validate = ajv.compile(schema)
  if (validate(value)) return []
  return (validate.errors ?? []).map((error) => `${path}${error.instancePath.replaceAll('/', '.')}${described(error)}`)
}

function closest(union: TSchema[], value: unknown): TSchema {
  const fits = (schema: TSchema) =>
    Object.entries((schema as unknown as { properties: Record<string, { const?: unknown }> }).properties).every(
      ([name, member]) => member.const === undefined || member.const === (value as Record<string, unknown> | null)?.[name],
    )
  return union.find(fits) ?? union[0]!
}

function described({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `.${params.additionalProperty}: is unknown`
  if (keyword === 'required') return `.${params.missingProperty}: is missing`
  if (keyword === 'enum') return `: must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'const') return `: must be ${params.allowedValue}`
  return `: ${message}`
}

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

/** What is wrong with one connection of the file. */
function connectionProblems(config: ConnectionConfig | null, path: string, vendors: readonly Vendor[]): string[] {
  if (typeof config !== 'object' || config === null) return [`${path}: must be object`]
  const vendor = vendors.find(({ id }) => id === config.vendor)
  if (!vendor) return [`${path}.vendor: must be one of ${vendors.map(({ id }) => id).join(', ')}`]
  const problems = misfits(connectionMembers(Type.Literal(vendor.id), Type.Unknown(), settingsSchema(vendor)), config, path)
  if (config.credentials !== undefined) problems.push(...misfits(vendor.credentials, config.credentials, `${path}.credentials`))
  const { timeZone, baseUrl, enable } = (config.settings ?? {}) as { timeZone?: unknown; baseUrl?: unknown; enable?: unknown }
  if (timeZone !== undefined && !isValidZone(timeZone)) problems.push(`${path}.settings.timeZone: is no time zone`)
  if (baseUrl !== undefined && !isHttpUrl(baseUrl)) problems.push(`${path}.settings.baseUrl: must be an http or https URL`)
  if (baseUrl === undefined && vendor.baseUrlOf && vendor.baseUrlOf(config.settings ?? {}) === undefined) {
    problems.push(`${path}.settings.baseUrl: is missing, and no other setting says where this account of ${vendor.name} is`)
  }
  const { operations } = chosen(vendor, config.settings ?? {})
  for (const operation of Array.isArray(enable) ? enable : []) {
    if (!(operation in operations)) problems.push(`${path}.settings.enable: ${vendor.name} has no operation ${operation}`)
  }
  return problems
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
  const found = misfits(fileMembers(Type.Unknown()), content, file.name)
  problems.push(...found)
  const { clients = [], connections = [] } = (content ?? {}) as Partial<FileContent>
  if (!Array.isArray(clients) || !Array.isArray(connections)) return nothing
  connections.forEach((connection, index) => {
    problems.push(...connectionProblems(connection, `${file.name}.connections.${index}`, vendors))
  })
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
