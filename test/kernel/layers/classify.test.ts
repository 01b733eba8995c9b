import { describe, expect, it } from 'vitest'
import type { Kind } from '../../../src/contract/problem.ts'
import type { Answer } from '../../../src/kernel/call.ts'
import type { GatewayError } from '../../../src/kernel/errors.ts'
import { classify, retryAfterMs } from '../../../src/kernel/layers/classify.ts'
import { answered, fakeCall, fakeConnection, fakeVendor } from '../../support/fake.ts'

const NOW = Date.UTC(2024, 4, 10, 12)
const inHttp = (ms: number) => new Date(NOW + ms).toUTCString()
const CAP_MS = 15 * 60_000

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    [' 30 ', 30_000],
    ['1', 1_000],
    [inHttp(45_000), 45_000],
    ['999999999', CAP_MS],
    ['9'.repeat(400), CAP_MS],
    [inHttp(86_400_000), CAP_MS],
  ])('is read from %s', (value, waitMs) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBe(waitMs)
  })

  it.each([
    undefined,
    '',
    ' ',
    '0',
    '-5',
    '-',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    'Infinity',
    'NaN',
    '2024-05-10',
    inHttp(-60_000),
    inHttp(0),
    '١٠',
  ])('is nothing where it says nothing usable: %s', (value) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBeUndefined()
  })

  it('is nothing when it is there twice', () => {
    expect(retryAfterMs({ 'retry-after': ['1', '2'] }, NOW)).toBeUndefined()
  })

  it("reads a date against the vendor's own clock, however wrong that is", () => {
    const skewMs = 7_200_000
    for (const skew of [skewMs, -skewMs]) {
      expect(retryAfterMs({ 'retry-after': inHttp(skew + 20_000), date: inHttp(skew) }, NOW)).toBe(20_000)
    }
    expect(retryAfterMs({ 'retry-after': inHttp(20_000), date: 'garbage' }, NOW)).toBe(20_000)
  })
})

describe('an answer', () => {
  const vendor = fakeVendor({ errors: { 418: 'conflict' } })
  const connection = fakeConnection({ vendor })

  async function kindOf(answer: Answer, method: 'GET' | 'POST' = 'GET'): Promise<GatewayError | Answer> {
    const call = fakeCall({ connection, method })
    call.trace.unsettled = true
    return classify(() => NOW)(async () => answer)(call).catch((error: GatewayError) => error)
  }

  it.each<[number, Kind, Kind]>([
    [301, 'bad_vendor_response', 'bad_vendor_response'],
    [304, 'bad_vendor_response', 'bad_vendor_response'],
    [400, 'vendor_error', 'vendor_rejected'],
    [401, 'connection_unauthorized', 'connection_unauthorized'],
    [402, 'connection_forbidden', 'connection_forbidden'],
    [403, 'connection_forbidden', 'connection_forbidden'],
    [404, 'not_found', 'not_found'],
    [409, 'conflict', 'conflict'],
    [410, 'gone', 'gone'],
    [418, 'conflict', 'conflict'],
    [422, 'vendor_error', 'vendor_rejected'],
    [429, 'vendor_rate_limited', 'vendor_rate_limited'],
    [500, 'vendor_error', 'vendor_error'],
    [502, 'vendor_error', 'vendor_error'],
    [503, 'vendor_unavailable', 'vendor_error'],
    [504, 'vendor_timeout', 'vendor_timeout'],
    [599, 'vendor_error', 'vendor_error'],
    [999, 'vendor_error', 'vendor_error'],
  ])('of %i is %s to a read and %s to a write', async (status, read, write) => {
    expect(await kindOf(answered(status))).toMatchObject({ kind: read, origin: 'vendor' })
    expect(await kindOf(answered(status), 'POST')).toMatchObject({ kind: write, origin: 'vendor' })
  })

  it('that refuses a read is not worth asking for again, one that fails is', async () => {
    for (const status of [400, 405, 422]) expect(await kindOf(answered(status))).toMatchObject({ kind: 'vendor_error', retryable: false })
    expect(await kindOf(answered(500))).toMatchObject({ kind: 'vendor_error', retryable: true })
  })

  it('of an error under a success status is the error that it names', async () => {
    expect(await kindOf(answered(200, { error: { code: '404', failed: true } }))).toMatchObject({ kind: 'not_found' })
    expect(await kindOf(answered(200, { error: { code: 'E17', failed: true } }))).toMatchObject({
      kind: 'vendor_error',
      upstream: { code: 'E17' },
    })
    expect(await kindOf(answered(200, { error: { code: '200', failed: true } }))).toMatchObject({ kind: 'vendor_error' })
  })

  it('without a body is a success only where none is needed', async () => {
    expect(await kindOf(answered(200))).toMatchObject({ kind: 'bad_vendor_response' })
    expect(await kindOf(answered(204))).toMatchObject({ status: 204 })
    expect(await kindOf(answered(200), 'POST')).toMatchObject({ status: 200 })
  })

  it('that cannot be read is unusable, whatever the method', async () => {
    const unreadable = { ...answered(200), flaw: 'an HTML page' }
    expect(await kindOf(unreadable)).toMatchObject({ kind: 'bad_vendor_response', message: 'The vendor answered with an HTML page.' })
    expect(await kindOf(unreadable, 'POST')).toMatchObject({ kind: 'bad_vendor_response' })
  })

  it.each([
    [200, { ok: true }, false],
    [400, null, false],
    [429, null, false],
    [500, null, true],
    [502, null, true],
    [302, null, true],
  ])('of %i to a write: whether it was done is open afterwards: %j %s', async (status, body, unsettled) => {
    const call = fakeCall({ connection, method: 'POST' })
    call.trace.unsettled = true
    await classify(() => NOW)(async () => answered(status, body))(call).catch(() => {})
    expect(call.trace.unsettled).toBe(unsettled)
  })

  it("passes on the vendor's words without what must not be shown", async () => {
    const spoken = fakeVendor({ errorMessage: () => ({ code: 'E 1 '.repeat(50), message: 'O CPF 529.982.247-25 é de joao@loja.com.br' }) })
    const call = fakeCall({ connection: fakeConnection({ vendor: spoken }), method: 'POST' })
    const error: GatewayError = await classify(() => NOW)(async () => answered(400))(call).then(
      () => Promise.reject(new Error('no error')),
      (thrown) => thrown,
    )
    expect(error.upstream?.message).toBe('O CPF [tax id] é de [e-mail]')
    expect(error.upstream?.code).toHaveLength(80)
    expect(error.message).toBe('The vendor answered with status 400.')
  })

  it('of 401 about something else than the token is a missing right', async () => {
    const picky = fakeVendor({ auth: { ...vendor.auth, isTokenRefused: (body) => body === 'expired' } })
    const refused = (body: unknown) =>
      classify(() => NOW)(async () => answered(401, body))(fakeCall({ connection: fakeConnection({ vendor: picky }) })).catch(
        (error) => error.kind,
      )
    expect(await refused('expired')).toBe('connection_unauthorized')
    expect(await refused('module not bought')).toBe('connection_forbidden')
  })
})
