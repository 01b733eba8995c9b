import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCplug } from '../../src/sandbox/cplug/index.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer, hang } from '../../src/sandbox/faults.ts'
import { as, clientWith } from '../support/clients.ts'
import { isLogin } from '../support/faulty.ts'
import { connectionTo, type GatewayOptions, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { requestPath } from '../support/raw.ts'

const MiB = 1024 * 1024

let store: EgestorSandbox
let gateway: TestGateway
let server: Server | undefined
beforeEach(async () => {
  store = await startStore({ limit: null })
})
afterEach(async () => {
  await gateway.close()
  await store.close()
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

async function start(settings: object = {}, options: GatewayOptions = {}): Promise<void> {
  gateway = await startGateway([connectionTo('centro', store, { ...settings })], options)
}

/** The gateway in front of a server of the test's own, which needs no login. */
async function startBefore(handle: RequestListener): Promise<void> {
  server = createServer(handle)
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const settings = { baseUrl: `http://127.0.0.1:${port}/api` }
  gateway = await startGateway([{ id: 'centro', vendor: 'yandeh', credentials: { token: 'segredo' }, settings }])
}

const through = (path: string, options?: RequestInit) => gateway.fetch(`/connections/centro/proxy/${path}`, options)
const calls = () => store.requests.filter((request) => !isLogin(request))

describe("the vendor's own API", () => {
  it('answers as it does, with the login taken care of', async () => {
    await start()
    const { status, headers, body } = await through('v1/contatos/1')
    expect([status, Number(body.codigo), headers.get('content-type')]).toEqual([200, 1, 'application/json'])
    expect([headers.get('x-request-id'), headers.get('server-timing')]).toEqual([
      expect.any(String),
      expect.stringContaining('vendor;dur='),
    ])
    expect((await through('v1/contatos?page=2&filtro=a%20b&page=3')).status).toBe(200)
    expect(calls().at(-1)!.rawQuery).toBe('page=2&filtro=a%20b&page=3')
  })

  it("gives its errors as they are, and none of them is the gateway's", async () => {
    await start()
    const missing = await through('v1/contatos/999999')
    expect([missing.status, missing.body.errCode]).toEqual([404, 404])
    store.faults.add({ when: (request) => !isLogin(request), do: answer(500, { 'content-type': 'text/plain' }, 'caiu') })
    const broken = await through('v1/contatos/1')
    expect([broken.status, broken.text, broken.headers.get('content-type')]).toEqual([500, 'caiu', 'text/plain'])
    expect(calls()).toHaveLength(2)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('keeps %s and its body', async (method) => {
    const seen: unknown[] = []
    await startBefore(async (request, response) => {
      const text = (await Array.fromAsync(request)).join('')
      seen.push([request.method, request.url, request.headers['content-type'], text])
      response.writeHead(202, { 'content-type': 'text/xml' }).end('<ok/>')
    })
    const headers = { 'content-type': 'text/xml; charset=latin1' }
    const { status, text } = await through('a/b', { method, headers, body: '<pedido/>' })
    expect([status, text, seen]).toEqual([202, '<ok/>', [[method, '/api/a/b', 'text/xml; charset=latin1', '<pedido/>']]])
  })

  it('answers HEAD with no body', async () => {
    await start()
    const { status, text } = await requestPath(gateway.url, '/connections/centro/proxy/v1/contatos/1', { method: 'HEAD' })
    expect([status, text]).toEqual([405, ''])
    expect(calls().at(-1)!.method).toBe('HEAD')
  })

  it('is counted in the rate budget, and says when that is used up', async () => {
    await start({ limits: { requests: 3, perMs: 60_000 }, timeoutMs: 1_000 })
    const statuses: number[] = []
    for (let call = 0; call < 3; call += 1) statuses.push((await through('v1/contatos/1')).status)
    const { headers, body } = await through('v1/contatos/1')
    expect([statuses, body.code, Number(headers.get('retry-after'))]).toEqual([[200, 200, 429], 'vendor_rate_limited', expect.any(Number)])
    expect(calls()).toHaveLength(2)
  })

  it('makes kept answers old by a write', async () => {
    gateway = await startGateway([{ ...connectionTo('centro', store), cacheSeconds: 300 }])
    const nameNow = async () => (await gateway.fetch('/customers/centro:1')).body.data.name
    await nameNow()
    const body = JSON.stringify({ nome: 'Várzea Ótica' })
    const request = { method: 'PUT', headers: { 'content-type': 'application/json' }, body }
    expect((await gateway.fetch('/connections/centro/proxy/v1/contatos/1', request)).status).toBe(200)
    expect(await nameNow()).toBe('Várzea Ótica')
  })

  it('closes the gate for everybody when the vendor answers 429', async () => {
    await start({ timeoutMs: 1_000 })
    store.faults.add({ when: (request) => !isLogin(request), do: answer(429, { 'retry-after': '30' }, '{}') })
    const first = await through('v1/contatos/1')
    expect([first.status, first.headers.get('retry-after'), first.text]).toEqual([429, '30', '{}'])
    expect((await gateway.fetch('/customers/centro:1')).body.code).toBe('vendor_rate_limited')
    expect(calls()).toHaveLength(1)
  })

  it('is a problem only where it cannot be reached', async () => {
    await start({ timeoutMs: 1_000 })
    store.faults.add({ when: (request) => !isLogin(request), do: hang })
    const late = await through('v1/contatos', json('POST', { nome: 'x' }))
    expect([late.status, late.body.code, late.body.operation, late.body.outcome]).toEqual([504, 'vendor_timeout', 'proxy', 'unknown'])
    await store.close()
    const gone = await through('v1/contatos', json('POST', { nome: 'x' }))
    expect([gone.status, gone.body.code, gone.body.outcome]).toEqual([503, 'vendor_unavailable', 'not_applied'])
  })

  it('needs the scope proxy, and a connection of the client', async () => {
    await start(
      {},
      {
        clients: [
          clientWith('escritor', { scopes: ['write', 'admin'] }),
          clientWith('ponte', { scopes: ['proxy'] }),
          clientWith('outro', { scopes: ['proxy'], connections: ['norte'] }),
        ],
      },
    )
    expect((await through('v1/contatos/1')).status).toBe(401)
    for (const [id, status] of [
      ['escritor', 403],
      ['ponte', 200],
      ['outro', 404],
    ] as const)
      expect([id, (await through('v1/contatos/1', as(id))).status]).toEqual([id, status])
    expect(calls()).toHaveLength(1)
  })
})

describe('a refused token', () => {
  it('is renewed, and a call whose body can be sent again is', async () => {
    await start()
    await through('v1/contatos/1')
    store.revokeAccessTokens()
    expect((await through('v1/contatos/1')).status).toBe(200)
    store.revokeAccessTokens()
    const made = await through('v1/contatos', json('POST', { nome: 'Padaria', tipo: ['cliente'] }))
    expect([made.status, store.requests.filter(isLogin).length]).toEqual([200, 3])
  })

  it('is renewed for the next call where a streamed body is gone', async () => {
    await start()
    await through('v1/contatos/1')
    store.revokeAccessTokens()
    const body = JSON.stringify({ nome: 'Padaria', obs: 'x'.repeat(300_000) })
    const first = await through('v1/contatos', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect([first.status, first.body.errObs]).toEqual([401, 'access_denied'])
    expect((await through('v1/contatos/1')).status).toBe(200)
    expect(store.requests.filter(isLogin)).toHaveLength(2)
  })
})

describe('headers', () => {
  it('of a request go on only where they are about the content', async () => {
    let seen: Record<string, unknown> = {}
    await startBefore((request, response) => {
      seen = request.headers
      response.end()
    })
    const sent = {
      accept: 'text/csv',
      'if-none-match': '"a"',
      authorization: 'Bearer chave-do-cliente',
      cookie: 'a=1',
      'x-request-id': 'do-cliente-123',
      'x-forwarded-for': '10.0.0.1',
      'idempotency-key': 'chave',
      te: 'trailers',
      'x-outro': 'sim',
    }
    await through('x', { headers: sent })
    expect(seen).toMatchObject({ accept: 'text/csv', 'if-none-match': '"a"', authorization: 'Bearer segredo', 'user-agent': 'fachada' })
    expect(Object.keys(seen).sort()).toEqual(['accept', 'authorization', 'connection', 'host', 'if-none-match', 'user-agent'])
  })

  it('of an answer come back, but for credentials and what is between two sockets', async () => {
    await startBefore((_request, response) => {
      response.writeHead(200, {
        etag: '"a"',
        'x-total-count': '7',
        'set-cookie': ['a=1', 'b=2'],
        'x-request-id': 'do-fornecedor',
        'www-authenticate': 'Bearer',
        'access-control-allow-origin': '*',
        'strict-transport-security': 'max-age=1',
        'x-salto': '1',
        connection: 'x-salto',
      })
      response.end('ok')
    })
    const { headers } = await through('x')
    expect([headers.get('etag'), headers.get('x-total-count')]).toEqual(['"a"', '7'])
    expect(headers.get('x-request-id')).not.toBe('do-fornecedor')
    for (const name of ['set-cookie', 'www-authenticate', 'access-control-allow-origin', 'strict-transport-security', 'x-salto'])
      expect([name, headers.get(name)]).toEqual([name, null])
    expect(headers.get('content-security-policy')).toContain('sandbox')
  })

  it.each([
    ['/api/b?c=1', '/connections/centro/proxy/b?c=1'],
    ['c', '/connections/centro/proxy/x/c'],
    ['https://evil.com/', null],
    ['//evil.com/', null],
    ['/outra', null],
    ['/api/../outra', null],
  ])('lead on only within the base URL: %s', async (location, expected) => {
    await startBefore((_request, response) => response.writeHead(302, { location }).end())
    const { status, headers } = await through('x/y')
    expect([status, headers.get('location')]).toEqual([302, expected])
  })

  it('name the company at CPlug, where the client does not', async () => {
    const cplug = await startCplug({})
    gateway = await startGateway([{ id: 'centro', vendor: 'cplug', credentials: { ...cplug.credentials }, settings: cplug.settings }])
    const companies: unknown[] = []
    for (const headers of [{}, { 'cplug-company-id': '77' }]) {
      await through('api/v3/products', { headers })
      companies.push(cplug.requests.at(-1)!.headers['cplug-company-id'])
    }
    await cplug.close()
    expect(companies).toEqual([expect.stringMatching(/^\d+$/), '77'])
    expect(companies[0]).not.toBe('77')
  })
})

describe('a path', () => {
  it('that could lead elsewhere is refused before anything is sent', async () => {
    await start()
    for (const path of [
      '../x',
      'a/../../x',
      'a/..',
      './a',
      '%2e%2e/x',
      '..%2fx',
      'a%2f..%2f..%2fx',
      '%252e%252e%252fx',
      '..;/x',
      '..%5cx',
      'a%5c..%5cx',
      'a%00b',
      'a%0d%0ab',
      'a%zz',
      '/evil.com/x',
      '%2fevil.com',
      'a//b',
      'http://evil.com/x',
      'http:%2f%2fevil.com',
      '%25252525252e/x',
    ]) {
      const { status, body } = await requestPath(gateway.url, `/connections/centro/proxy/${path}`)
      expect([path, status, body.code]).toEqual([path, 400, 'validation_failed'])
    }
    const write = await gateway.fetch('/connections/centro/proxy/a//b', { method: 'POST' })
    expect([write.status, write.body.outcome]).toEqual([400, 'not_applied'])
    expect(store.requests).toHaveLength(0)
  })

  it('that is sound goes as it is', async () => {
    let seen: string | undefined
    await startBefore((request, response) => {
      seen = request.url
      response.end()
    })
    for (const path of ['a', 'a/b/', 'a%20b', 'a%2fb', 'a;v=1/b', 'a..b', '...', '%C3%A7', 'a:b', '']) {
      expect([path, (await requestPath(gateway.url, `/connections/centro/proxy/${path}`)).status]).toEqual([path, 200])
      expect(seen).toBe(`/api/${path}`)
    }
  })
})

describe('a body', () => {
  const count = async (body: AsyncIterable<Uint8Array>) => {
    let bytes = 0
    for await (const chunk of body) bytes += chunk.length
    return bytes
  }

  it('of ten megabytes goes through both ways, and one byte more does not', async () => {
    const arrived: number[] = []
    await startBefore(async (request, response) => {
      arrived.push(await count(request))
      response.end(Buffer.alloc(Number(request.headers.accept)))
    })
    const send = (up: number, down: number) =>
      requestPath(gateway.url, '/connections/centro/proxy/x', {
        method: 'POST',
        headers: { accept: String(down), 'content-type': 'application/octet-stream' },
        body: Buffer.alloc(up),
      })
    const whole = await send(10 * MiB, 10 * MiB)
    expect([whole.status, whole.text.length, arrived]).toEqual([200, 10 * MiB, [10 * MiB]])
    const down = await send(1, 10 * MiB + 1)
    expect([down.status, down.body.code]).toEqual([502, 'bad_vendor_response'])
    const up = await send(10 * MiB + 1, 1).catch(() => ({ status: 413, body: { code: 'payload_too_large' } }))
    expect([up.status, up.body.code, arrived.length]).toEqual([413, 'payload_too_large', 2])
  })

  it('that names no length is cut off past ten megabytes, either way', async () => {
    await startBefore(async (request, response) => {
      if (request.method === 'GET') {
        for (let written = 0; written < 11 && !response.destroyed; written += 1) response.write(Buffer.alloc(MiB))
        response.end()
      } else {
        await count(request).catch(() => {})
        response.end('done')
      }
    })
    await expect(through('x')).rejects.toThrow()
    async function* endless() {
      for (let sent = 0; sent < 11; sent += 1) yield Buffer.alloc(MiB)
    }
    const options = { method: 'POST', body: endless(), duplex: 'half' } as unknown as RequestInit
    const { status, body } = await through('x', options)
    expect([status, body.code]).toEqual([413, 'payload_too_large'])
  })

  it('that stops coming breaks the answer off', async () => {
    await startBefore((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('x')
    })
    await expect(through('x')).rejects.toThrow()
  })

  it('of an answer begins to come before it ends', async () => {
    let end = () => {}
    await startBefore((_request, response) => {
      response.write('first')
      end = () => response.end('last')
    })
    const response = await fetch(`${gateway.url}/connections/centro/proxy/x`)
    const reader = response.body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first')
    end()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('last')
  })
})
