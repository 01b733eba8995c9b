import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Certificate, certificates } from '../support/certificates.ts'
import { json } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { temporaryFolder } from '../support/stores.ts'

// A vendor whose TLS cannot be trusted is not talked to.

interface Vendor {
  server: Server
  requests: number
  connects: number
}

/** A vendor that gives a token to whoever asks, and the same product. */
function vendorWith({ key, cert }: Certificate, version?: SecureVersion): Vendor {
  const options = version ? { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } : {}
  const server = createServer({ key, cert, ...options }, (request, response) => {
    vendor.requests += 1
    const body = request.method === 'POST' ? { access_token: 'ficha-de-teste', expires_in: 900 } : { codigo: 1, descricao: 'Café' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.on('connection', () => {
    vendor.connects += 1
  })
  const vendor: Vendor = { server, requests: 0, connects: 0 }
  return vendor
}

const made = certificates()
const vendors = {
  bom: vendorWith(made.good),
  vencido: vendorWith(made.expired),
  outro: vendorWith(made.wrongHost),
  sozinho: vendorWith(made.selfSigned),
  'tls-1-0': vendorWith(made.good, 'TLSv1'),
  'tls-1-1': vendorWith(made.good, 'TLSv1.1'),
}

let gateway: Run
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
  const authority = join(folder.path, 'authority.pem')
  await writeFile(authority, made.authority.cert)
  const connections = []
  for (const [id, { server }] of Object.entries(vendors)) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}/api`
    const credentials = { grant: 'personal', personalToken: `pessoal-${id}` }
    connections.push({ id, vendor: 'egestor', credentials, settings: { baseUrl } })
  }
  gateway = await run({ folder: folder.path, environment: { NODE_EXTRA_CA_CERTS: authority }, config: { connections } })
})
afterAll(async () => {
  await killAll()
  for (const { server } of Object.values(vendors)) server.close()
  await folder.remove()
})

it('a certificate that is good is talked to (row 27)', async () => {
  const answer = await fetch(`${gateway.url}/products/bom:1`)
  expect(await answer.json()).toMatchObject({ data: { name: 'Café' } })
  expect(vendors.bom.requests).toBe(2)
})

it.each<[string, keyof typeof vendors]>([
  ['a certificate that expired', 'vencido'],
  ['a certificate for another host', 'outro'],
  ['a certificate that nobody signed', 'sozinho'],
  ['TLS 1.0', 'tls-1-0'],
  ['TLS 1.1', 'tls-1-1'],
])('%s is 502 at once, with nothing sent and nothing tried again (row 27)', async (_what, id) => {
  const read = await fetch(`${gateway.url}/products/${id}:1`)
  expect(await read.json()).toMatchObject({ status: 502, code: 'vendor_error', origin: 'vendor', retryable: false })
  const written = await fetch(`${gateway.url}/customers?connection=${id}`, json('POST', { name: 'Ana' }))
  expect(await written.json()).toMatchObject({ status: 502, code: 'vendor_error', outcome: 'not_applied' })
  expect([vendors[id].requests, vendors[id].connects]).toEqual([0, 2])
})
