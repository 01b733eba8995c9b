import { fastify } from 'fastify'
import { Pool } from 'undici'
import type { Contato } from './contatos.ts'
import { toCustomer, vendorIdOf } from './map.ts'
import { ACCESS_TOKEN, LIST_QUERY, SOCKETS, settings } from './settings.ts'

// (a) A route written to win: no key, no validation, no limits, no logs.

const { port, vendorUrl } = settings()
const { origin, pathname } = new URL(vendorUrl)
const pool = new Pool(origin, { connections: SOCKETS })
const headers = { accept: 'application/json', authorization: `Bearer ${ACCESS_TOKEN}` }

async function asked<T>(path: string): Promise<T> {
  const { body } = await pool.request({ path: `${pathname}/v1/contatos${path}`, method: 'GET', headers })
  return body.json() as Promise<T>
}

const app = fastify({ logger: false })

app.get<{ Params: { id: string } }>('/customers/:id', async ({ params }) => ({
  data: toCustomer(await asked<Contato>(`/${vendorIdOf(params.id)}`)),
}))

app.get<{ Querystring: { q: string } }>('/customers', async ({ query }) => ({
  data: (await asked<{ data: Contato[] }>(`?filtro=${encodeURIComponent(query.q)}&${LIST_QUERY}`)).data.map(toCustomer),
}))

await app.listen({ host: '127.0.0.1', port })
