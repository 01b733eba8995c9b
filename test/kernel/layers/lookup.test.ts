import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/kernel/clock.ts'
import type { Connection } from '../../../src/kernel/connection.ts'
import type { GatewayError } from '../../../src/kernel/errors.ts'
import { isPublic, type Resolve } from '../../../src/kernel/layers/lookup.ts'
import { transport } from '../../../src/kernel/layers/transport.ts'
import { fakeCall, fakeConnection } from '../../support/fake.ts'

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::10.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '2001:0:1::1',
    '2001:db8::1',
    '2002:a00:1::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'no address',
  ])('%s is not public', (address) => expect(isPublic(address)).toBe(false))

  it.each(['8.8.8.8', '100.128.0.1', '172.32.0.1', '192.169.0.1', '2001:4860:4860::8888', '2606:4700::1111'])('%s is public', (address) =>
    expect(isPublic(address)).toBe(true),
  )
})

/** A server on loopback that counts who comes, and how a call to `hostname` there ends. */
async function callTo(hostname: string, connection: Partial<Connection>, answers: string[], calls = 1) {
  let arrived = 0
  const server = createServer((_request, response) => {
    arrived += 1
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  let asked = 0
  const resolve: Resolve = (_hostname, _options, done) => {
    const address = answers[Math.min(asked, answers.length - 1)]!
    asked += 1
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
  }
  const { send, close } = transport({ clock: systemClock, resolve, allowedHosts: [`permitido.exemplo:${port}`] })
  const outcomes: string[] = []
  for (let call = 0; call < calls; call += 1) {
    const to = fakeConnection({ baseUrl: `http://${hostname}:${port}`, ...connection })
    outcomes.push(
      await send(fakeCall({ connection: to })).then(
        ({ status }) => String(status),
        (error: GatewayError) => error.message,
      ),
    )
  }
  await close()
  await new Promise((done) => server.close(done))
  return { arrived, asked, outcomes }
}

const NOT_PUBLIC = expect.stringContaining('not public')

describe('a connection made over the API (row 53)', () => {
  it('does not reach a name that leads to loopback', async () => {
    expect(await callTo('vendor.exemplo', { origin: 'api' }, ['127.0.0.1'])).toEqual({ arrived: 0, asked: 1, outcomes: [NOT_PUBLIC] })
  })

  it('does not reach a name that is bound anew with every look', async () => {
    const { arrived, outcomes } = await callTo('vendor.exemplo', { origin: 'api' }, ['::ffff:127.0.0.1', '10.0.0.1', '::1', '127.0.0.1'], 4)
    expect([arrived, outcomes]).toEqual([0, [NOT_PUBLIC, NOT_PUBLIC, NOT_PUBLIC, NOT_PUBLIC]])
  })

  it.each(['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '[::ffff:127.0.0.1]', '[::1]'])(
    'does not reach an address that is not public: %s',
    async (hostname) => {
      expect(await callTo(hostname, { origin: 'api' }, ['127.0.0.1'])).toEqual({ arrived: 0, asked: 0, outcomes: [NOT_PUBLIC] })
    },
  )
})

it('a connection of the file goes where the operator said', async () => {
  expect(await callTo('127.0.0.1', { origin: 'file' }, [])).toMatchObject({ arrived: 1, outcomes: ['200'] })
})
