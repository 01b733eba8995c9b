import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scratch, utf8 } from '../../src/routes/utf8.ts'

const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 })

describe('texts as bytes', () => {
  it('are what Buffer makes of them, half characters included', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) })), (given) => {
        // A character that is split between two texts would be two halves.
        const expected = Buffer.concat(given.map((text) => Buffer.from(text)))
        expect(utf8(...given)).toEqual(expected)
        expect(scratch(...given)).toEqual(expected)
      }),
    )
  })

  it('that are kept stand as they were, whatever is written after them', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 50 }), (answers) => {
        const kept = answers.map((answer) => {
          scratch('to be written over')
          return utf8(...answer)
        })
        scratch('x'.repeat(80_000))
        expect(kept.map(String)).toEqual(answers.map((answer) => answer.join('')))
      }),
    )
  })

  it.each([87_381, 87_382, 1_000_000])('are whole at %i characters of three bytes each, in and beyond what a buffer holds', (length) => {
    const text = '\u20ac'.repeat(length)
    const first = utf8(text)
    const second = utf8('another')
    expect(first.length).toBe(3 * length)
    expect(first.toString()).toBe(text)
    expect(second.toString()).toBe('another')
  })
})
