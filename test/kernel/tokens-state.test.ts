import { beforeEach, describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/kernel/errors.ts'
import type { Token, Tokens } from '../../src/kernel/tokens.ts'
import { fakeConnection, fakeVendor } from '../support/fake.ts'
import { rotating as connection, kindOf, refused, type TokenBench, tokenBench } from '../support/tokens.ts'

// How a credential stands, told to whoever asks.

const vendor = fakeVendor()

let bench: TokenBench
let tokens: Tokens
let old: Token
beforeEach(async () => {
  bench = tokenBench()
  tokens = bench.tokens()
  old = await tokens.get(connection)
})

describe('the state of a connection', () => {
  it('is refreshing while a call is on its way, in every process', async () => {
    const letGo = bench.hold()
    const renewing = tokens.renewed(connection, old)
    await bench.clock.advance(1)
    expect(await tokens.state(connection)).toBe('refreshing')
    expect(await bench.tokens().state(connection)).toBe('refreshing')
    letGo()
    await renewing
    expect(await bench.tokens().state(connection)).toBe('ok')
  })

  it('is needs_authorization where nobody ever consented', async () => {
    const never = fakeConnection({ login: 'never', vendor: fakeVendor({ auth: { ...vendor.auth, tokenRequest: () => null } }) })
    expect(await tokens.state(never)).toBe('needs_authorization')
  })

  describe('where the store is away is what this process knows:', () => {
    let isAway: boolean
    let cut: Tokens
    const consented = { ...connection, vendor: { ...connection.vendor, auth: { ...connection.vendor.auth, tokenRequest: () => null } } }
    beforeEach(() => {
      isAway = false
      const down = () => Promise.reject(new GatewayError('vendor_unavailable'))
      cut = bench.tokens({ store: { ...bench.store, read: (login) => (isAway ? down() : bench.store.read(login)) } })
    })

    it('ok where it can log in by itself', async () => {
      isAway = true
      expect(await cut.state(connection)).toBe('ok')
    })

    it('ok where it has what a person consented to, and needs_authorization where it does not', async () => {
      await cut.get(connection)
      isAway = true
      expect(await cut.state(consented)).toBe('ok')
      expect(await cut.state({ ...consented, login: 'never' })).toBe('needs_authorization')
    })

    it('refreshing while it has none that serves', async () => {
      const letGo = bench.hold()
      const other = { ...connection, login: 'other' }
      const first = cut.get(other)
      const renewing = cut.renewed(connection, old)
      await bench.clock.advance(1)
      isAway = true
      expect([await cut.state(other), await cut.state(connection)]).toEqual(['refreshing', 'ok'])
      isAway = false
      letGo()
      await Promise.all([first, renewing])
    })

    it('needs_authorization for half a minute after a refusal', async () => {
      bench.respond(refused(400))
      await kindOf(cut.renewed(connection, old))
      isAway = true
      expect(await cut.state(connection)).toBe('needs_authorization')
      await bench.clock.advance(30_000)
      expect(await cut.state(connection)).toBe('ok')
    })
  })
})
