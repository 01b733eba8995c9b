import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import parseSecurely from 'secure-json-parse'

// Turns the bytes of a vendor's answer into a value, trusting nothing: bounded inflation, declared charset, no prototype keys,
// and ids that do not fit a double kept as text.

const INFLATERS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

/** Why bytes could not be read; safe to show, it never quotes them. */
export class Undecodable extends Error {}

/** `maxBytes` bounds the inflated size. */
export async function inflated(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  if (!encoding || encoding === 'identity') return bytes
  const inflater = INFLATERS.get(encoding.toLowerCase())
  if (!inflater) throw new Undecodable('an unknown content encoding')
  try {
    return await inflater(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    throw new Undecodable(
      (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'a body that is too large' : 'a broken compressed body',
    )
  }
}

export function decoded(bytes: Buffer, contentType: string | undefined): string {
  const charset = contentType && /charset="?([\w.:-]+)/i.exec(contentType)?.[1]
  if (!charset || /^utf-?8$/i.test(charset)) {
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    return bytes.toString('utf8', start)
  }
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    throw new Undecodable('an unknown charset')
  }
}

/**
 * Signs of a key that would reach a prototype, plain or with letters of it escaped. A search is as fast as its first letter is rare: the end of
 * `"constructor"` will do.
 */
const hasPrototypeKey = (text: string) =>
  text.includes('__proto__') || text.includes('uctor"') || (text.includes('\\u00') && /\\u00[5-7]/.test(text))

const LONG = 16
const HALF = LONG / 2

function isDigitAt(text: string, place: number): boolean {
  const code = text.charCodeAt(place)
  return code >= 48 && code <= 57
}

/** Whether sixteen digits stand together: such a run covers a sixteenth place, and the eighth before or behind it. */
function hasLongDigits(text: string): boolean {
  for (let place = LONG - 1; place < text.length; place += LONG) {
    if (!isDigitAt(text, place) || !(isDigitAt(text, place - HALF) || isDigitAt(text, place + HALF))) continue
    let first = place
    let last = place
    while (isDigitAt(text, first - 1)) first -= 1
    while (isDigitAt(text, last + 1)) last += 1
    if (last - first + 1 >= LONG) return true
  }
  return false
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown

const keepLongIntegers: Reviver = (_key, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context.source !== undefined && /^-?\d+$/.test(context.source)
    ? context.source
    : value

export function parsed(text: string): unknown {
  try {
    const reviver = hasLongDigits(text) ? (keepLongIntegers as Parameters<typeof JSON.parse>[1]) : undefined
    if (hasPrototypeKey(text)) return parseSecurely.parse(text, reviver, { protoAction: 'remove', constructorAction: 'remove' })
    return JSON.parse(text, reviver)
  } catch {
    throw new Undecodable('a body that is not JSON')
  }
}
