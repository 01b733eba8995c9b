import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decoded, inflated, parsed, Undecodable } from '../../src/kernel/decode.ts'

const MEBIBYTE = 1_048_576
const text = '{"nome":"João Ção"}'
const bytes = Buffer.from(text)

describe('inflating (row 23)', () => {
  it.each([
    ['gzip', gzipSync(bytes)],
    ['x-gzip', gzipSync(bytes)],
    ['GZIP', gzipSync(bytes)],
    ['deflate', deflateSync(bytes)],
    ['br', brotliCompressSync(bytes)],
    ['identity', bytes],
    [undefined, bytes],
  ])('reads %s', async (encoding, body) => {
    expect((await inflated(body, encoding, MEBIBYTE)).toString()).toBe(text)
  })

  it.each([
    ['gzip', gzipSync(Buffer.alloc(64 * MEBIBYTE))],
    ['br', brotliCompressSync(Buffer.alloc(64 * MEBIBYTE))],
    ['deflate', deflateSync(Buffer.alloc(64 * MEBIBYTE))],
    ['gzip', Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(MEBIBYTE))))],
  ])('stops a bomb in %s before it fills the memory', async (encoding, bomb) => {
    const before = process.memoryUsage().arrayBuffers
    await expect(inflated(bomb, encoding, MEBIBYTE)).rejects.toEqual(new Undecodable('a body that is too large'))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MEBIBYTE)
  })

  it.each(['gzip', 'br', 'deflate'])('refuses broken %s without quoting it', async (encoding) => {
    await expect(inflated(Buffer.from('segredo'), encoding, MEBIBYTE)).rejects.toEqual(new Undecodable('a broken compressed body'))
  })

  it.each(['zstd', 'gzip, gzip', '__proto__', 'constructor'])('refuses the encoding %s', async (encoding) => {
    await expect(inflated(bytes, encoding, MEBIBYTE)).rejects.toEqual(new Undecodable('an unknown content encoding'))
  })
})

describe('decoding (row 24)', () => {
  it.each([undefined, 'application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF8', 'text/html'])(
    'reads UTF-8 where the type is %s',
    (type) => {
      expect(decoded(bytes, type)).toBe(text)
    },
  )

  it.each(['application/json; charset=ISO-8859-1', 'application/json; charset="latin1"', 'application/json;charset=windows-1252'])(
    'reads %s as declared',
    (type) => {
      expect(decoded(Buffer.from(text, 'latin1'), type)).toBe(text)
    },
  )

  it('passes over a byte order mark', () => {
    expect(decoded(Buffer.from(`\ufeff${text}`), 'application/json')).toBe(text)
  })

  it('refuses a charset that nobody knows', () => {
    expect(() => decoded(bytes, 'application/json; charset=klingon')).toThrow(new Undecodable('an unknown charset'))
  })

  it('reads bytes that are no UTF-8 without failing', () => {
    expect(decoded(Buffer.from(text, 'latin1'), 'application/json')).toContain('"nome"')
  })
})

describe('parsing (rows 21, 26)', () => {
  it('reads any JSON as JSON.parse does', () => {
    const value = fc.jsonValue().filter((any) => !/__proto__|constructor|\d{16}/.test(JSON.stringify(any)))
    fc.assert(
      fc.property(value, (any) => {
        expect(parsed(JSON.stringify(any))).toEqual(JSON.parse(JSON.stringify(any)))
      }),
    )
  })

  it.each([
    ['{"codigo":9007199254740993}', { codigo: '9007199254740993' }],
    ['[12345678901234567890]', ['12345678901234567890']],
    ['-9007199254740993', '-9007199254740993'],
    ['{"a": {"b" :  90071992547409931}}', { a: { b: '90071992547409931' } }],
    ['{"codigo":9007199254740991}', { codigo: 9007199254740991 }],
    ['{"valor":0.1234567890123456}', { valor: 0.1234567890123456 }],
    ['{"constructor":1,"codigo":9007199254740993}', { constructor: 1, codigo: '9007199254740993' }],
  ])('keeps integers that no double holds as text: %s', (json, value) => {
    expect(parsed(json)).toEqual(value)
  })

  it('finds them wherever they stand', () => {
    for (let blanks = 0; blanks < 64; blanks += 1) {
      for (const digits of ['9007199254740993', '12345678901234567', '1234567890123456789012345678901234567']) {
        expect(parsed(`{"a":12,${' '.repeat(blanks)}"b":${digits},"c":"123456789012345"}`)).toMatchObject({ b: digits })
      }
    }
  })

  it('keeps digits within a text as they are', () => {
    expect(parsed('{"chave":"35240512345678000190550010000000011000000017"}')).toEqual({
      chave: '35240512345678000190550010000000011000000017',
    })
  })

  it.each([
    '{"__proto__":{"admin":true},"nome":"Ana"}',
    '{"a":{"__proto__":{"admin":true}},"nome":"Ana"}',
    '[{"\\u005f\\u005fproto\\u005f\\u005f":{"admin":true}}]',
    '{"__pro\\u0074o__":{"admin":true}}',
    '{"__proto\\u005F_":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"con\\u0073tructor":{"prototype":{"admin":true}}}',
    '{"__proto__" :{"admin":true}}',
    '{"__proto__"\n:{"admin":true}}',
  ])('drops keys that reach for prototypes: %s', (json) => {
    const value = parsed(json)
    const keys = JSON.stringify(value)
    expect(keys).not.toContain('admin')
    expect(Object.assign({}, value)).not.toHaveProperty('admin')
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it('keeps them where they are only words', () => {
    expect(parsed('{"nome":"__proto__","obs":"constructor"}')).toEqual({ nome: '__proto__', obs: 'constructor' })
  })

  it.each(['{', '{"a":1,,}', '{"a":NaN}', 'segredo', '{"a":1}}', "{'a':1}", '<html>', '\u0000'])(
    'refuses %j without quoting it',
    (json) => {
      expect(() => parsed(json)).toThrow(new Undecodable('a body that is not JSON'))
    },
  )

  it('refuses nesting that would exhaust the stack, and lives on', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    try {
      parsed(deep)
    } catch (error) {
      expect(error).toBeInstanceOf(Undecodable)
    }
    try {
      parsed(`{"__proto__":1,"a":${deep}}`)
    } catch (error) {
      expect(error).toBeInstanceOf(Undecodable)
    }
  })
})
