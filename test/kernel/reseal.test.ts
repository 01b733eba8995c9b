import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { connectionIsAbout } from '../../src/kernel/made.ts'
import { reseal, sealedConnections, sealedTokens } from '../../src/kernel/reseal.ts'
import { type KeyRing, sealFor } from '../../src/kernel/seal.ts'
import { memoryConnections } from '../../src/store/memory/connections.ts'
import { fakeConnection } from '../support/fake.ts'
import { type TokenBench, tokenBench } from '../support/tokens.ts'

const key = (id: string) => ({ id, secret: randomBytes(32) })
const [k1, k2, k3] = [key('k1'), key('k2'), key('k3')]
const sealOf = (...keys: KeyRing['keys']) => sealFor({ keys }, 'token')
const logins = ['centro', 'norte', 'sul'].map((login) => fakeConnection({ login }))

let bench: TokenBench
beforeEach(async () => {
  bench = tokenBench()
  const tokens = bench.tokens({ seal: sealOf(k1) })
  for (const login of logins) await tokens.get(login)
})

const run = (...keys: KeyRing['keys']) => reseal(sealedTokens(bench.store, sealOf(...keys)), { replaces: true })

describe('sealing anew', () => {
  it('moves every record to the first key, and leaves what it says', async () => {
    expect(await run(k2, k1)).toEqual({ kind: 'tokens', byKey: { k1: 3 }, resealed: 3, tampered: 0, missing: 0 })
    expect(await run(k2, k1)).toEqual({ kind: 'tokens', byKey: { k2: 3 }, resealed: 0, tampered: 0, missing: 0 })
    const without = bench.tokens({ seal: sealOf(k2) })
    expect(await Promise.all(logins.map(async (login) => (await without.get(login)).accessToken))).toEqual([
      'token-1',
      'token-2',
      'token-3',
    ])
    expect(bench.calls).toHaveLength(3)
  })

  it('counts, and leaves, what another key sealed and what was changed', async () => {
    const [centro, norte] = ['centro', 'norte'].map((login) => bench.credentials.get(login)!)
    bench.credentials.set('centro', { ...centro!, record: norte!.record })
    expect(await run(k2, k1)).toMatchObject({ resealed: 2, tampered: 1, missing: 0 })
    expect(await run(k3)).toEqual({ kind: 'tokens', byKey: { k1: 1, k2: 2 }, resealed: 0, tampered: 0, missing: 3 })
  })

  it('does the same for connections made over the API, also those that were removed', async () => {
    const [old, both] = [sealFor({ keys: [k1] }, 'connection'), sealFor({ keys: [k2, k1] }, 'connection')]
    const store = memoryConnections()
    for (const [id, content] of [
      ['loja', '{}'],
      ['removida', 'null'],
    ] as const)
      await store.write(id, { version: 1, sealed: old.seal(content, connectionIsAbout(id, 1)) })
    expect(await reseal(sealedConnections(store, both), { replaces: true })).toMatchObject({ byKey: { k1: 2 }, resealed: 2, tampered: 0 })
    const { sealed } = (await store.readAll()).get('loja')!
    expect(sealFor({ keys: [k2] }, 'connection').open(sealed, connectionIsAbout('loja', 1))).toBe('{}')
  })

  it('only counts where it is told so', async () => {
    const counted = await reseal(sealedTokens(bench.store, sealOf(k2, k1)), { replaces: false })
    expect(counted).toEqual({ kind: 'tokens', byKey: { k1: 3 }, resealed: 0, tampered: 0, missing: 0 })
  })

  it('never takes the place of what was written meanwhile', async () => {
    const tokens = bench.tokens({ seal: sealOf(k1) })
    const racing = {
      ...bench.store,
      async *all() {
        for await (const entry of bench.store.all()) {
          if (entry[0] === 'norte') await tokens.renewed(logins[1]!, await tokens.get(logins[1]!))
          yield entry
        }
      },
    }
    expect((await reseal(sealedTokens(racing, sealOf(k2, k1)), { replaces: true })).resealed).toBe(2)
    expect((await bench.tokens({ seal: sealOf(k1) }).get(logins[1]!)).accessToken).toBe('token-4')
  })
})
