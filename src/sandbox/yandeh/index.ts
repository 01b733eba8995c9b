import type { RecordedRequest, Reply } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { createRandom } from '../random.ts'
import { startServer } from '../server.ts'
import { listClientes, updateCliente } from './clientes.ts'
import { defaultTraps, type Endpoint, type Traps } from './endpoint.ts'
import { makeClientes } from './make-clientes.ts'
import { makeOrders, makeProdutos } from './make-pedidos.ts'
import { listMeiosDePagamento, MEIOS_DE_PAGAMENTO } from './meios-de-pagamento.ts'
import { listPedidos } from './pedidos.ts'
import { listProdutos } from './produtos.ts'
import type { Account } from './records.ts'
import { plain, Refusal } from './refusal.ts'
import { listTitulos } from './titulos.ts'

export interface Limit {
  requests: number
  perMs: number
}

export interface YandehOptions {
  /** 0 or absent: any free one. */
  port?: number
  /** Milliseconds. */
  now?: () => number
  /** assumed: no page names one. Null lifts it. */
  limit?: Limit | null
  traps?: Partial<Traps>
}

export interface YandehSandbox {
  url: string
  token: string
  /** What a connection needs beside the token. */
  settings: { baseUrl: string; enable: string[] }
  requests: RecordedRequest[]
  faults: Faults
  /** The live records. */
  data: Account
  set(changes: { limit?: Limit | null; traps?: Partial<Traps> }): void
  /** Connections open now. */
  sockets(): number
  close(): Promise<void>
}

const endpoints: Record<string, Record<string, Endpoint>> = {
  '/cliente/smartforce': { GET: listClientes },
  '/cliente/smartforce/#': { PATCH: updateCliente },
  '/v2/produtos': { GET: listProdutos },
  '/v2/pedidos': { GET: listPedidos },
  '/v2/meios_de_pagamentos': { GET: listMeiosDePagamento },
  // assumed: no page that could be read names the path.
  '/historico-titulos': { GET: listTitulos },
}

function makeAccount(): Account {
  const random = createRandom(404)
  const clientes = makeClientes(random, 96)
  const produtos = makeProdutos(random, 240)
  return { clientes, produtos, meiosDePagamento: [...MEIOS_DE_PAGAMENTO], ...makeOrders(random, clientes, produtos, 260) }
}

/** A supplier's account at Yandeh on a loopback port, strict about what the seed and Y1 to Y10 say of it. */
export async function startYandeh(options: YandehOptions = {}): Promise<YandehSandbox> {
  const { now = Date.now } = options
  const account = makeAccount()
  const token = 'fornecedor-exemplo-token'
  let { limit = { requests: 5, perMs: 1000 } } = options
  const traps: Traps = { ...defaultTraps, ...options.traps }
  let taken: number[] = []

  /** Whether a call comes too soon after those before it. Refused ones do not count (assumed). */
  function isOverLimit(): boolean {
    if (!limit) return false
    const from = now() - limit.perMs
    taken = taken.filter((at) => at > from)
    if (taken.length >= limit.requests) return true
    taken.push(now())
    return false
  }

  function answer(request: RecordedRequest): unknown {
    if (request.headers.authorization !== `Bearer ${token}`) throw plain(401, 'Not authenticated')
    if (isOverLimit()) throw plain(429, 'Too Many Requests')
    const id = /\/([1-9]\d{0,14})$/.exec(request.path)?.[1]
    const methods = endpoints[id === undefined ? request.path : `${request.path.slice(0, -id.length)}#`]
    if (!methods) throw plain(404, 'Not Found')
    const endpoint = methods[request.method]
    if (!endpoint) throw plain(405, 'Method Not Allowed')
    return endpoint({
      account,
      traps,
      query: new URLSearchParams(request.rawQuery),
      body: request.body,
      id: Number(id ?? 0),
      time: new Date(now() - 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
    })
  }

  function handle(request: RecordedRequest): Reply {
    try {
      return reply(200, answer(request))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return reply(traps.hiddenErrors && error.status === 422 ? 200 : error.status, error.body)
    }
  }

  const server = await startServer({ basePath: '', now, port: options.port, handle })

  return {
    url: server.origin,
    token,
    settings: { baseUrl: server.origin, enable: ['receivables.list'] },
    requests: server.requests,
    faults: server.faults,
    data: account,
    set(changes) {
      if (changes.limit !== undefined) limit = changes.limit
      Object.assign(traps, changes.traps)
    },
    sockets: server.sockets,
    close: server.close,
  }
}

function reply(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) }
}
