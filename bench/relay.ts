import httpProxy from '@fastify/http-proxy'
import { fastify } from 'fastify'
import { ACCESS_TOKEN, SOCKETS, settings } from './settings.ts'

// (b) The vendor's answers as they are, with the login added.

const { port, vendorUrl } = settings()
const app = fastify({ logger: false })

await app.register(httpProxy, {
  upstream: vendorUrl,
  prefix: '/contatos',
  rewritePrefix: '/api/v1/contatos',
  undici: { connections: SOCKETS, pipelining: 1 },
  replyOptions: { rewriteRequestHeaders: (_request, headers) => ({ ...headers, authorization: `Bearer ${ACCESS_TOKEN}` }) },
})

await app.listen({ host: '127.0.0.1', port })
