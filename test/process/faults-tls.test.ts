import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, type SecureVersion, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { type Certificate, certificates } from '../support/certificates.ts'
import { connectionTo, json, startGateway, startStore } from '../support/gateway.ts'

// Row 27 of the fault matrix: a vendor whose TLS cannot be trusted is not talked to.

const made = certificates()
const usual = getCACertificates('default')
let store: EgestorSandbox
beforeAll(async () => {
  store = await startStore({ limit: null })
  setDefaultCACertificates([...usual, made.authority.cert])
})
afterAll(async () => {
  setDefaultCACertificates(usual)
  await store.close()
})

let requests: number
let connects: number
beforeEach(() => {
  requests = 0
  connects = 0
})
const closes: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closes.splice(0)) await close()
})

/** The gateway in front of a server with this certificate, which forwards to the store what it gets. */
async function behind({ key, cert }: Certificate, version?: SecureVersion) {
  const options = version ? { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } : {}
  const server = createServer({ key, cert, ...options }, async (request, response) => {
    requests += 1
    const body = await new Response(request as never).text()
    const { method = 'GET', url = '' } = request
    const answer = await fetch(new URL(store.url).origin + url, {
      method,
      headers: { authorization: String(request.headers.authorization), 'content-type': String(request.headers['content-type']) },
      body: body || null,
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  server.on('connection', () => {
    connects += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { pathname } = new URL(store.url)
  const gateway = await startGateway([connectionTo('centro', store, { baseUrl: `https://127.0.0.1:${port}${pathname}` })])
  closes.push(
    () => gateway.close(),
    () => server.close(),
  )
  return gateway
}

it('row 27: a certificate that is good is talked to', async () => {
  const gateway = await behind(made.good)
  expect((await gateway.fetch('/products/centro:1')).status).toBe(200)
  expect(requests).toBe(2)
})

it.each<[string, Certificate, SecureVersion?]>([
  ['a certificate that expired', made.expired],
  ['a certificate for another host', made.wrongHost],
  ['a certificate that nobody signed', made.selfSigned],
  ['TLS 1.0', made.good, 'TLSv1'],
  ['TLS 1.1', made.good, 'TLSv1.1'],
])('row 27: %s is 502 at once, with nothing sent and nothing tried again', async (_what, certificate, version) => {
  const gateway = await behind(certificate, version)
  const { status, body } = await gateway.fetch('/products/centro:1')
  expect([status, body.code, body.origin, body.retryable]).toEqual([502, 'vendor_error', 'vendor', false])
  const written = await gateway.fetch('/customers', json('POST', { name: 'Ana' }))
  expect(written.body).toMatchObject({ status: 502, code: 'vendor_error', outcome: 'not_applied' })
  expect([requests, connects]).toEqual([0, 2])
})
