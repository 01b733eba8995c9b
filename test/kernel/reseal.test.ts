import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectionIsAbout } from '../../src/kernel/made.ts'
import { reseal, sealedConnections, sealedJournal, sealedTokens } from '../../src/kernel/reseal.ts'
import { type KeyRing, sealFor } from '../../src/kernel/seal.ts'
import { recordIsAbout, sealRecord } from '../../src/kernel/tokens/record.ts'
import { fileJournal } from '../../src/store/file.ts'
import { memoryConnections } from '../../src/store/memory/connections.ts'
import { fakeConnection } from '../support/fake.ts'
import { temporaryFolder } from '../support/stores.ts'
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
  describe('of a journal', () => {
    const pair = { accessToken: 'a', refreshToken: 'r', endsAt: 1, lifeMs: 1 }
    const sealedBy = (by: typeof k1, login: string, version = 1) => sealRecord(sealOf(by), login, version, pair)
    let folder: Awaited<ReturnType<typeof temporaryFolder>>
    beforeEach(async () => {
      folder = await temporaryFolder()
    })
    afterEach(() => folder.remove())
    const open = () => fileJournal(folder.path, '3000', () => {})

    it('is on the disk, and counts what does not open', async () => {
      const before = await open()
      await before.append('centro', sealedBy(k1, 'centro'))
      await before.append('norte', sealedBy(k1, 'sul'))
      await before.append('sul', sealedBy(k3, 'sul'))
      const found = { kind: 'journal', byKey: { k1: 2, k3: 1 }, resealed: 1, tampered: 1, missing: 1 }
      expect(await reseal(sealedJournal(await open(), sealOf(k2, k1)), { replaces: true })).toEqual(found)
      const { sealed, version } = (await open()).newest('centro')!
      expect([version, JSON.parse(sealOf(k2).open(sealed, recordIsAbout('centro', 1))!)]).toEqual([1, pair])
    })

    it('never takes the place of what came meanwhile', async () => {
      const journal = await open()
      await journal.append('centro', sealedBy(k1, 'centro'))
      const { kind, seal, all } = sealedJournal(journal, sealOf(k2, k1))
      const racing = async function* () {
        for await (const record of all()) {
          await journal.append('centro', sealedBy(k1, 'centro', 2))
          yield record
        }
      }
      expect((await reseal({ kind, seal, all: racing }, { replaces: true })).resealed).toBe(0)
      expect((await open()).newest('centro')?.version).toBe(2)
    })
  })
})
