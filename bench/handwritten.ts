import { fastify } from 'fastify'
import { Pool } from 'undici'
import type { Contato } from './contatos.ts'
import { fromCustomer, toCustomer, vendorIdOf } from './map.ts'
import { ACCESS_TOKEN, LIST_QUERY, type NewCustomer, SOCKETS, settings } from './settings.ts'

// (a) A route written to win: no key, no validation, no limits, no logs.

const { port, vendorUrl } = settings()
const { origin, pathname } = new URL(vendorUrl)
const pool = new Pool(origin, { connections: SOCKETS })
const headers = { accept: 'application/json', authorization: `Bearer ${ACCESS_TOKEN}` }

async function asked<T>(path: string): Promise<T> {
  const { body } = await pool.request({ path: `${pathname}/v1/contatos${path}`, method: 'GET', headers })
  return body.json() as Promise<T>
}

async function made(contato: unknown): Promise<Pick<Contato, 'codigo'>> {
  const { body } = await pool.request({
    path: `${pathname}/v1/contatos`,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(contato),
  })
  return body.json() as Promise<Contato>
}

const app = fastify({ logger: false })

app.get<{ Params: { id: string } }>('/customers/:id', async ({ params }) => ({
  data: toCustomer(await asked<Contato>(`/${vendorIdOf(params.id)}`)),
}))

app.get<{ Querystring: { q: string } }>('/customers', async ({ query }) => ({
  data: (await asked<{ data: Contato[] }>(`?filtro=${encodeURIComponent(query.q)}&${LIST_QUERY}`)).data.map(toCustomer),
}))

app.post<{ Body: NewCustomer }>('/customers', async ({ body }, reply) => {
  const { codigo } = await made(fromCustomer(body))
  return reply.code(201).send({ data: toCustomer(await asked<Contato>(`/${codigo}`)) })
})

await app.listen({ host: '127.0.0.1', port })
