import fc from 'fast-check'
import { Pool } from 'undici'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import document from '../../openapi/openapi.json' with { type: 'json' }
import { RESOURCES } from '../../src/contract/operations.ts'
import { remembered } from '../../src/kernel/remembered.ts'
import { runs } from '../support/cases.ts'
import { type Answered, assertShape } from '../support/gateway.ts'
import { allowed, type Hints, harmful, nearly, type Schema, type Source } from '../support/generated.ts'
import { startWholeSandbox, type WholeSandbox } from '../support/sandbox.ts'

// Every route of the OpenAPI document, with input made from its own schemas. Whatever comes, the answer is one that the document names.

interface Parameter {
  name: string
  in: 'path' | 'query'
  schema: Schema
}
interface Operation {
  parameters?: Parameter[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, object>
}
interface Request {
  path: string
  query: [string, string][]
  headers: Record<string, string>
  body: string | undefined
}

/** All but the proxy, whose answers are the vendor's own. */
const paths = Object.entries(document.paths as unknown as Record<string, Record<string, Operation>>).filter(
  ([path]) => !path.includes('/proxy/'),
)
const OPERATIONS = paths.flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    operation,
  })),
)
// What is removed cannot be read or changed any more.
OPERATIONS.sort((one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'))
const schemas = document.components.schemas as unknown as Record<string, Schema>

let everywhere: WholeSandbox
let client: Pool
// Short pages: what is tried is the input, not the vendors' lists.
const hints: Record<string, string[]> = { vendor: ['egestor', 'kommo', 'nothing'], limit: ['1', '3'] }
/** Records as lists give them: a body may be one. */
const records: Record<string, object[]> = {}
beforeAll(async () => {
  everywhere = await startWholeSandbox({}, ({ id }) => id !== 'loja-norte')
  const { fetch } = everywhere.gateway
  client = new Pool(everywhere.gateway.url)
  hints.connection = (await fetch('/connections')).body.data.map(({ id }: { id: string }) => id)
  for (const resource of RESOURCES) {
    const pages = await Promise.all(hints.connection!.map((connection) => fetch(`/${resource}?limit=8&connection=${connection}`)))
    const answered = pages.filter(({ status }) => status === 200).map(({ body }) => body)
    records[resource] = answered.flatMap(({ data }) => data)
    hints[resource] = records[resource].map((record) => (record as { id: string }).id)
    hints[`cursor of ${resource}`] = answered.map(({ meta }) => meta.nextCursor).filter(Boolean)
  }
  const { body } = await fetch('/receivables?connection=loja-centro&status=open&limit=8')
  hints.receivables!.push(...body.data.map(({ id }: { id: string }) => id))
  expect(Object.values(hints).filter((known) => known.length === 0)).toEqual([])
})
afterAll(async () => {
  await client.close()
  await everywhere.close()
})
// So many that they would fill the memory: scripts/check-logs.ts reads them from the disk.
afterEach(() => {
  everywhere.gateway.lines.length = 0
})

/** Ids that exist, by the name of the member or parameter that takes them. */
function hintsFor(path: string): Hints {
  const resource = path.split('/')[1]!
  return {
    ...hints,
    id: hints[resource === 'connections' ? 'connection' : resource]!,
    customerId: hints.customers!,
    saleId: hints.sales!,
    productId: hints.products!,
    receivableId: hints.receivables!,
    cursor: hints[`cursor of ${resource}`]!,
  }
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

function requestsTo({ path, operation: { parameters = [], requestBody } }: (typeof OPERATIONS)[number]): fc.Arbitrary<Request> {
  const known = hintsFor(path)
  const source: Source = { schemas, hints: known }
  const valuesOf = ({ name, schema }: Parameter) => {
    const valid = known[name]
      ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...known[name]) }, allowed(schema, source))
      : allowed(schema, source)
    return fc.oneof({ weight: 8, arbitrary: valid.map(asText) }, harmful)
  }
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const query = fc
    .subarray(inQuery, { minLength: Math.min(inQuery.length, requestBody ? 1 : 0), maxLength: Math.min(inQuery.length, 3) })
    .chain((chosen) =>
      fc.tuple(...chosen.map((parameter) => valuesOf(parameter).map((value): [string, string] => [parameter.name, value]))),
    )
  const extra = fc.oneof(
    { weight: 9, arbitrary: fc.constant<[string, string][]>([]) },
    fc.tuple(harmful, harmful).map((pair) => [pair]),
  )
  const members = requestBody && allowed(requestBody.content['application/json'].schema, source)
  // A settlement has two members of its own; every other body may be a record that was read, with some of it changed.
  const read = path.endsWith('/settlements') ? [{}] : (records[path.split('/')[1]!] ?? [{}])
  const valid =
    members && fc.tuple(fc.option(fc.constantFrom(...read)), members).map(([record, changes]) => ({ ...record, ...(changes as object) }))
  const body: fc.Arbitrary<string | undefined> = valid
    ? fc.oneof(
        { weight: 5, arbitrary: valid.map((value) => JSON.stringify(value)) },
        { weight: 4, arbitrary: nearly(valid).map((value) => JSON.stringify(value)) },
        harmful,
      )
    : fc.constant(undefined)
  const headers = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    fc.record({
      accept: fc.constantFrom('*/*', 'text/html', 'application/json;q=0', 'x', '*/*;q=x'),
      'x-request-id': fc.string({ maxLength: 80 }).map((value) => value.replace(/[^\x20-\x7e]/g, '')),
    }),
  )
  return fc.record({ path: fc.tuple(...inPath.map(valuesOf)), query, extra, headers, body }).map((made) => {
    // Clients resolve dots before they send: test/plugins/hostile.test.ts sends them as they are.
    const parts = made.path.map((part) => (/^\.{1,2}$/.test(part) ? `${part}:` : part.toWellFormed()))
    return {
      path: path.replace(/\{\w+\}/g, () => encodeURIComponent(parts.shift()!)),
      query: [...made.query, ...made.extra],
      headers: made.headers as Record<string, string>,
      body: made.body,
    }
  })
}

const urlOf = ({ path, query }: Request) => {
  const search = query
    .map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')
  return search === '' ? path : `${path}?${search}`
}

type Sent = Pick<Answered, 'status' | 'headers' | 'text'>

/** Not by fetch, which takes longer for a request than the gateway does. */
async function send(method: string, request: Request): Promise<Sent> {
  const answer = await client.request({
    method: method as 'GET',
    path: urlOf(request),
    headers: { ...request.headers, ...(request.body !== undefined && { 'content-type': 'application/json' }) },
    body: request.body ?? null,
  })
  return { status: answer.statusCode, headers: new Headers(answer.headers as Record<string, string>), text: await answer.body.text() }
}

/** How often each operation answered with which class of status. */
const tally = new Map<string, Record<string, number>>()

/** Of a write in several calls the vendor may refuse a later one for what it holds: that is told, with what was not stored. */
const isStoredInPart = (status: number, body: { outcome?: string; errors?: unknown[] }) =>
  status === 502 && body.outcome === 'applied' && (body.errors?.length ?? 0) > 0

/** A healthy vendor is behind it, so that whatever else the gateway answers is its own doing. */
function assertDocumented(
  { name, method, operation }: (typeof OPERATIONS)[number],
  request: Request,
  { status, headers, text }: Sent,
): void {
  const body = headers.get('content-type')?.includes('json') && text !== '' ? JSON.parse(text) : text
  const isExpected = status < 500 || status === 501 || isStoredInPart(status, body)
  if (!(status in operation.responses) || !isExpected) throw new Error(`${status} ${text.slice(0, 500)}`)
  assertShape(urlOf(request), method, { status, headers, text, body })
  const seen = remembered(tally, name, (): Record<string, number> => ({}))
  const kind = `${Math.floor(status / 100)}xx`
  seen[kind] = (seen[kind] ?? 0) + 1
}

/** Of each operation, which makes the 20,000 that are promised. A list asks every vendor: its requests are few and dear. */
const REQUESTS = 700
const REQUESTS_FOR_A_LIST = 200

// Several at a time, as clients send them.
it.concurrent.each(OPERATIONS)(
  '$name answers as the document says, whatever comes (rows 48, 49)',
  async (operation) => {
    const isList = operation.method === 'GET' && RESOURCES.some((resource) => operation.path === `/${resource}`)
    await fc.assert(
      fc.asyncProperty(requestsTo(operation), async (request) => {
        assertDocumented(operation, request, await send(operation.method, request))
      }),
      { numRuns: runs(isList ? REQUESTS_FOR_A_LIST : REQUESTS) },
    )
  },
  runs(240_000),
)

it('has sent 20,000 requests', () => {
  const sent = [...tally.values()].flatMap((seen) => Object.values(seen)).reduce((sum, count) => sum + count, 0)
  expect(sent).toBeGreaterThanOrEqual(runs(20_000))
})

/** The connections here are the operator's, none of them logs in by consent, and nobody guesses the credentials of another. */
const ALWAYS_REFUSED = ['POST /connections', 'PATCH /connections/{id}', 'DELETE /connections/{id}', 'GET /connections/{id}/authorize']

it('has seen every operation succeed and every operation refuse', () => {
  const number = expect.any(Number)
  for (const { name } of OPERATIONS) {
    const seen = ALWAYS_REFUSED.includes(name) ? { '4xx': number } : { '2xx': number, '4xx': number }
    expect([name, tally.get(name)]).toEqual([name, expect.objectContaining(seen)])
  }
})

it('lives on after all this, and nobody changed what objects inherit', async () => {
  expect((await everywhere.gateway.fetch('/healthz')).status).toBe(200)
  expect(Object.keys(Object.prototype)).toEqual([])
})
