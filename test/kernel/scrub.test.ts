import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrubbed } from '../../src/kernel/scrub.ts'

const SECRETS = {
  CPF: '529.982.247-25',
  'bare CPF': '52998224725',
  CNPJ: '11.222.333/0001-81',
  'bare CNPJ': '11222333000181',
  'alphanumeric CNPJ': '12.ABC.345/01DE-35',
  'bare alphanumeric CNPJ': '12ABC34501DE35',
  'e-mail': 'joao.silva+nfe@padaria-do-ze.com.br',
  telephone: '+55 (11) 98765-4321',
  'local telephone': '(11) 98765-4321',
  JWT: 'eyJhbGciOiJIUzI1NiJ9.eyJhcHAiOiJhMWIyIn0.q3/x+Zz0A9=',
  'hex key': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'access token': 'Zk3yQ0h7m5Vt2u8Xw1Bq9Lr4Np6Ss0Dd3Ff5Gg7',
}

describe('scrubbing', () => {
  it.each(Object.entries(SECRETS))('takes out a %s, wherever it stands', (_name, secret) => {
    for (const text of [secret, `O campo ${secret} é inválido`, `cpfcnpj=${secret};`, `"${secret}"`, `(${secret})`, `campo:${secret}.`]) {
      expect(scrubbed(text, 500), text).not.toContain(secret)
    }
  })

  it('takes out a secret at the place where the text is cut', () => {
    for (let pad = 170; pad < 200; pad += 1) {
      const kept = scrubbed(`${'x '.repeat(pad / 2)}${SECRETS['access token']}`, 200)
      expect(kept).not.toContain(SECRETS['access token'].slice(0, 6))
    }
  })

  it('leaves what helps to understand', () => {
    const text = 'Número máximo de requisições atingido. Tente em 10 segundos (código 429).'
    expect(scrubbed(text, 200)).toBe(text)
  })

  it('takes out what would break a line of a log or turn its direction', () => {
    const text = 'um\r\ndois\u0000\u001b[31mtrês\u202equatro\u2066\u0085'
    expect(scrubbed(text, 200)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
  })

  it('is never longer than asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 9_000 }),
        fc.integer({ min: 1, max: 500 }),
        (text, most) => scrubbed(text, most).length <= most,
      ),
    )
  })

  it('takes no more time for a text that was made to be slow', () => {
    const started = performance.now()
    for (const text of ['a'.repeat(1e6), '1 '.repeat(5e5), 'a@'.repeat(5e5), 'a.'.repeat(5e5), `${'a@b'.repeat(1e5)}.`]) scrubbed(text, 200)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
