import { Agent } from 'node:http'
import axios from 'axios'
import express from 'express'
import type { Contato } from './contatos.ts'
import { fromCustomer, toCustomer, vendorIdOf } from './map.ts'
import { ACCESS_TOKEN, LIST_QUERY, SOCKETS, settings } from './settings.ts'

// (c) The same map function in the most usual way.

const { port, vendorUrl } = settings()
const vendor = axios.create({
  baseURL: `${vendorUrl}/v1`,
  httpAgent: new Agent({ keepAlive: true, maxSockets: SOCKETS }),
  headers: { authorization: `Bearer ${ACCESS_TOKEN}` },
})

const app = express()
app.use(express.json())

app.get('/customers/:id', async (request, response) => {
  const { data } = await vendor.get<Contato>(`/contatos/${vendorIdOf(request.params.id)}`)
  response.json({ data: toCustomer(data) })
})

app.get('/customers', async ({ query }, response) => {
  const { data } = await vendor.get<{ data: Contato[] }>(`/contatos?filtro=${encodeURIComponent(query.q)}&${LIST_QUERY}`)
  response.json({ data: data.data.map(toCustomer) })
})

app.post('/customers', async ({ body }, response) => {
  const { data: made } = await vendor.post<Contato>('/contatos', fromCustomer(body))
  const { data } = await vendor.get<Contato>(`/contatos/${made.codigo}`)
  response.status(201).json({ data: toCustomer(data) })
})

app.listen(port, '127.0.0.1')
