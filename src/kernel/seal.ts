import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { remembered } from './remembered.ts'

// Sealing: AES-256-GCM with keys derived from ENCRYPTION_KEYS, one for each purpose. The first key makes, all open.

export interface KeyRing {
  keys: readonly { id: string; secret: Buffer }[]
}

export interface Seal {
  /** `about` is bound in: what was sealed about one thing cannot be opened as another. */
  seal(plaintext: string, about: string): string
  /** Null where it was not sealed by a key of the ring, about this, unchanged. */
  open(sealed: string, about: string): string | null
  /** Whether the key that it names is in the ring. */
  knows(sealed: string): boolean
  /** Whether the first key made it. */
  isCurrent(sealed: string): boolean
}

/** The id of the key that sealed it. */
export const keyIdOf = (sealed: string): string => sealed.split('.')[1] ?? ''

export const randomKeyRing = (): KeyRing => ({ keys: [{ id: 'process', secret: randomBytes(32) }] })

/** As a key object: handing raw bytes to each call costs three times as much. */
const derived = (secret: Buffer, purpose: string) => createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'fachada', purpose, 32)))

/** Keyed digests of a text, one for each key of the ring: what stands under one of them tells nothing of the text. */
export type Digests = (text: string) => string[]

export function digestsFor(ring: KeyRing, purpose: string): Digests {
  const keys = ring.keys.map(({ secret }) => derived(secret, `${purpose}:digest`))
  return (text) => keys.map((key) => createHmac('sha256', key).update(text).digest('hex'))
}

const MOST_KNOWN = 500

/**
 * A seal for one purpose. `deterministic` makes the same text give the same seal, with a nonce derived from the text (as in SIV),
 * so that equal cursors are equal; otherwise the nonce is random.
 */
export function sealFor(ring: KeyRing, purpose: string, options: { deterministic?: boolean } = {}): Seal {
  const keys = new Map(ring.keys.map(({ id, secret }) => [id, derived(secret, `${purpose}:seal`)]))
  const nonceKeys = new Map(ring.keys.map(({ id, secret }) => [id, derived(secret, `${purpose}:nonce`)]))
  const first = ring.keys[0]
  if (!first) throw new Error('a key ring needs a key')

  const nonce = (plaintext: string, about: string) =>
    options.deterministic
      ? createHmac('sha256', nonceKeys.get(first.id)!).update(`${about}\0${plaintext}`).digest().subarray(0, 12)
      : randomBytes(12)
  const bound = (id: string, about: string) => Buffer.from(`${purpose}|${id}|${about}`)

  function sealed(plaintext: string, about: string): string {
    const iv = nonce(plaintext, about)
    const cipher = createCipheriv('aes-256-gcm', keys.get(first!.id)!, iv).setAAD(bound(first!.id, about))
    const bytes = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `v1.${first!.id}.${bytes.toString('base64url')}`
  }

  // The same text gives the same seal: the first pages that many ask for need not be sealed each time.
  const known = new Map<string, string>()
  function sealedOnce(plaintext: string, about: string): string {
    if (known.size >= MOST_KNOWN) known.clear()
    return remembered(known, `${about}\0${plaintext}`, () => sealed(plaintext, about))
  }

  return {
    seal: options.deterministic ? sealedOnce : sealed,
    knows: (text) => keys.has(keyIdOf(text)),
    isCurrent: (text) => keyIdOf(text) === first.id,
    open(sealed, about) {
      const [version, id, text, ...rest] = sealed.split('.')
      const key = id === undefined ? undefined : keys.get(id)
      if (version !== 'v1' || !key || !text || rest.length > 0) return null
      const bytes = Buffer.from(text, 'base64url')
      // Base64 ignores stray bits at its end: only the one spelling we make is accepted.
      if (bytes.length < 28 || bytes.toString('base64url') !== text) return null
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(bound(id!, about))
        decipher.setAuthTag(bytes.subarray(-16))
        return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  }
}
