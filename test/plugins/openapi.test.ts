import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { connectionTo, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

interface Schema {
  $ref?: string
  examples?: unknown[]
  [member: string]: unknown
}
interface Parameter {
  name: string
  in: 'path' | 'query'
  required?: boolean
  example?: unknown
  description?: string
}
interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: object[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema; example?: unknown }> }
  responses: Record<string, { description: string; headers?: object; content?: Record<string, unknown> }>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

let stores: EgestorSandbox[]
let gateway: TestGateway
let document: Document
let operations: { path: string; method: string; operation: Operation }[]
beforeAll(async () => {
  stores = await Promise.all([startStore({ store: 'centro', limit: null }), startStore({ store: 'norte', limit: null })])
  // The names that the sandbox gives them, which the examples use.
  const [centro, norte] = stores as [EgestorSandbox, EgestorSandbox]
  const online = { ...connectionTo('loja-online', norte, UNLIMITED), credentials: { grant: 'authorization_code', ...norte.application } }
  gateway = await startGateway([connectionTo('loja-centro', centro, UNLIMITED), connectionTo('loja-norte', norte, UNLIMITED), online])
  document = (await gateway.fetch('/openapi.json')).body
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
})
afterAll(async () => {
  await gateway.close()
  await Promise.all(stores.map((store) => store.close()))
})

/** Every path that the app routes, from the tree that Fastify prints: four columns a level. It leaves out what stands before a star. */
function routedPaths(): string[] {
  const above: string[] = []
  return gateway.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, indent = '', part = ''] = /^([│├└─\s]*)(\S+)/.exec(line) ?? []
      const depth = indent.length / 4
      above[depth] = (above[depth - 1] ?? '') + part
      return above[depth].replace(/:(\w+)/g, '{$1}').replace('{id}*', '{id}/proxy/{path}')
    })
}

/** What goes there is the vendor's to describe. */
const isProxy = (path: string) => path.includes('/proxy/')

describe('the OpenAPI document', () => {
  it('is the committed one, as JSON, as YAML and as Swagger UI gets it', async () => {
    const committed = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'))
    expect(document).toEqual(committed)
    expect(parse((await gateway.fetch('/openapi.yaml')).text)).toEqual(committed)
    expect((await gateway.fetch('/docs/json')).body).toEqual(committed)
    expect(document.openapi).toBe('3.1.0')
  })

  it('has every route of the app, and the app every route of it', async () => {
    const undocumented = /^\/(docs(\/.*)?|openapi\.(json|yaml)|metrics|oauth(\/callback)?)$/
    expect(Object.keys(document.paths).sort()).toEqual(
      routedPaths()
        .filter((path) => !undocumented.test(path))
        .sort(),
    )
    for (const [path, methods] of Object.entries(document.paths)) {
      const { status, headers } = await gateway.fetch(path.replaceAll(/\{\w+\}/g, 'x'), { method: methods.put ? 'OPTIONS' : 'PUT' })
      const allowed = headers
        .get('allow')!
        .split(', ')
        .filter((method) => method !== 'HEAD')
      expect([path, status, allowed]).toEqual([
        path,
        405,
        Object.keys(methods)
          .map((method) => method.toUpperCase())
          .sort(),
      ])
    }
  })

  it('names every operation once, says what it is, and groups it', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { operation } of operations) {
      expect(operation.summary).toBeTruthy()
      expect(operation.tags).toHaveLength(1)
      for (const parameter of operation.parameters ?? [])
        expect(parameter.description, `${operation.operationId} ${parameter.name}`).toBeTruthy()
    }
  })

  it('says of every operation which problems it can answer with, and that they are problems', () => {
    for (const { operation, method, path } of operations) {
      const failures = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400)
      for (const [, { content, description }] of failures)
        expect([Object.keys(content!), description]).toEqual([['application/problem+json'], expect.any(String)])
      const statuses = failures.map(([status]) => Number(status))
      expect(statuses).toEqual(expect.arrayContaining([400, 406, 500]))
      if (operation.security.length > 0) expect(statuses).toEqual(expect.arrayContaining([401, 403, 429]))
      const takesJson = Boolean(operation.requestBody?.content['application/json'])
      if (operation.requestBody) expect(statuses).toContain(413)
      if (takesJson) expect(statuses).toContain(415)
      if (operation.requestBody && operation.tags[0] !== 'connections') expect(statuses).toContain(422)
      const needsBody = (method === 'POST' && !path.endsWith('/test')) || method === 'PATCH'
      if (needsBody && !isProxy(path)) expect(operation.requestBody?.required).toBe(true)
    }
  })

  it('has an example for everything that a call needs', () => {
    for (const { operation } of operations) {
      for (const { required, name, example } of operation.parameters ?? [])
        if (required) expect(example, `${operation.operationId} ${name}`).toBeDefined()
      if (operation.requestBody?.content['application/json']) expect(bodyOf(operation), operation.operationId).toBeDefined()
    }
  })

  it('refers only to what it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!)
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references)
      expect(Object.keys(document.components.schemas)).toContain(reference.replace('#/components/schemas/', ''))
    expect(JSON.stringify(document)).not.toContain('"$id"')
  })
})

function bodyOf({ requestBody }: Operation): unknown {
  const { schema, example } = requestBody?.content['application/json'] ?? {}
  const named = schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!] : schema
  return example ?? (named?.examples ?? [])[0]
}

/** Reads first, removals last, so that each finds what the one before left. */
const TURNS = ['GET', 'POST', 'PATCH', 'DELETE']

it('has examples that work against the sandbox as they are', async () => {
  const settled = (path: string) => Number(path.endsWith('/settlements'))
  const inTurn = operations.toSorted((a, b) => TURNS.indexOf(a.method) - TURNS.indexOf(b.method) || settled(a.path) - settled(b.path))
  for (const { path, method, operation } of inTurn.filter((one) => !isProxy(one.path) || one.method === 'GET')) {
    const parameters = operation.parameters ?? []
    const filled = parameters
      .filter((one) => one.in === 'path')
      .reduce((whole, { name, example }) => whole.replace(`{${name}}`, encodeURI(String(example))), path)
    // Two stores could take a new record, so that the parameter is needed although it is not always.
    const connection = parameters.find(({ name }) => name === 'connection')
    const query = method === 'POST' && connection ? `?connection=${connection.example}` : ''
    const answered = await gateway.fetch(filled + query, operation.requestBody ? json(method, bodyOf(operation)) : { method })
    const succeeded = Object.keys(operation.responses)
      .filter((status) => Number(status) < 400)
      .map(Number)
    expect(succeeded, `${operation.operationId}: ${answered.text.slice(0, 600)}`).toContain(answered.status)
    if (operation.requestBody && answered.body.meta) expect(answered.body.meta.warnings, operation.operationId).toEqual([])
  }
})
