import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeyRing, randomKeyRing, sealFor } from '../../src/kernel/seal.ts'

const key = (id: string) => ({ id, secret: randomBytes(32) })
const ring: KeyRing = { keys: [key('k1')] }
const seal = sealFor(ring, 'token')

describe('a seal', () => {
  it('opens what it sealed, about the same thing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, about) => seal.open(seal.seal(text, about), about) === text))
  })

  it('does not open a text of which any one byte was changed', () => {
    const sealed = seal.seal('segredo', 'loja')
    for (let index = 0; index < sealed.length; index += 1) {
      for (const other of ['A', 'b', '0', '-', '.', ' ', '=']) {
        if (sealed[index] === other) continue
        expect(seal.open(sealed.slice(0, index) + other + sealed.slice(index + 1), 'loja'), `byte ${index}`).toBeNull()
      }
    }
  })

  it('does not open a text that was cut off or has more at its end', () => {
    const sealed = seal.seal('segredo', 'loja')
    for (let length = 0; length < sealed.length; length += 1) expect(seal.open(sealed.slice(0, length), 'loja')).toBeNull()
    for (const more of ['A', 'AA', 'AAA', 'AAAA', '=', '==', '.', '.x', ' ', '\n']) expect(seal.open(sealed + more, 'loja')).toBeNull()
  })

  it.each(['', '.', '..', 'v1', 'v1.k1', 'v1.k1.', 'v1.k1.AAAA', 'v2.k1.AAAA', 'v1.__proto__.AAAA', '{}'])('does not open %j', (text) => {
    expect(seal.open(text, 'loja')).toBeNull()
  })

  it('does not open as about another thing', () => {
    expect(seal.open(seal.seal('segredo', 'egestor|loja|1'), 'egestor|loja|2')).toBeNull()
  })

  it('does not open for another purpose', () => {
    expect(sealFor(ring, 'cursor').open(seal.seal('segredo', 'loja'), 'loja')).toBeNull()
  })

  it('does not open with another ring, even where its key has the same id', () => {
    expect(sealFor({ keys: [key('k1')] }, 'token').open(seal.seal('segredo', 'loja'), 'loja')).toBeNull()
    expect(sealFor(randomKeyRing(), 'token').open(seal.seal('segredo', 'loja'), 'loja')).toBeNull()
  })

  it('seals with the first key and opens with all', () => {
    const newer = sealFor({ keys: [key('k2'), ...ring.keys] }, 'token')
    const before = seal.seal('segredo', 'loja')
    expect(newer.open(before, 'loja')).toBe('segredo')
    const after = newer.seal('segredo', 'loja')
    expect(after.split('.')[1]).toBe('k2')
    expect(seal.open(after, 'loja')).toBeNull()
  })

  it('never gives the same seal twice, unless it is asked to', () => {
    expect(seal.seal('segredo', 'loja')).not.toBe(seal.seal('segredo', 'loja'))
    const same = sealFor(ring, 'cursor', { deterministic: true })
    expect(same.seal('página 2', 'cursor')).toBe(same.seal('página 2', 'cursor'))
    expect(same.seal('página 2', 'cursor')).not.toBe(same.seal('página 3', 'cursor'))
    expect(same.seal('página 2', 'cursor')).not.toBe(same.seal('página 2', 'other'))
  })

  it('never uses a nonce for two texts', () => {
    const same = sealFor(ring, 'cursor', { deterministic: true })
    const nonceOf = (sealed: string) => Buffer.from(sealed.split('.')[2]!, 'base64url').subarray(0, 12).toString('hex')
    const nonces = Array.from({ length: 500 }, (_, index) => nonceOf(same.seal(`página ${index}`, 'cursor')))
    expect(new Set(nonces).size).toBe(500)
  })

  it('hides what it sealed, and its length alone shows', () => {
    expect(seal.seal('segredo-muito-longo', 'loja')).not.toContain(Buffer.from('segredo').toString('base64url').slice(0, 8))
  })

  it('needs a key', () => {
    expect(() => sealFor({ keys: [] }, 'token')).toThrow('a key ring needs a key')
  })
})
