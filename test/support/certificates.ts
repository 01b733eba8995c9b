import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

// X.509 certificates for servers under test, written out as DER: nothing but node:crypto is needed to make them.

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const bits = (body: Buffer) => der(0x03, Buffer.from([0]), body)
const octets = (body: Buffer) => der(0x04, body)
const id = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const named = (commonName: string) => sequence(der(0x31, sequence(id('550403'), der(0x0c, Buffer.from(commonName)))))
const time = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
const pem = (body: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${body
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END CERTIFICATE-----\n`

const ECDSA_WITH_SHA256 = sequence(id('2a8648ce3d040302'))
const YES = der(0x01, Buffer.from([0xff]))
const DAY_MS = 86_400_000

export interface Certificate {
  key: string
  cert: string
}

interface Issuer extends Certificate {
  name: string
  privateKey: KeyObject
}

interface Wanted {
  name: string
  /** Host or address it is good for. */
  alternativeName?: Buffer
  isAuthority?: boolean
  /** Days from now. */
  until?: number
}

function issue({ name, alternativeName, isAuthority = false, until = 1 }: Wanted, issuer?: Issuer): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const extensions = [
    ...(isAuthority ? [sequence(id('551d13'), YES, octets(sequence(YES)))] : []),
    ...(alternativeName ? [sequence(id('551d11'), octets(sequence(alternativeName)))] : []),
  ]
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    named(issuer?.name ?? name),
    sequence(time(new Date(Date.now() - 10 * DAY_MS)), time(new Date(Date.now() + until * DAY_MS))),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = createSign('sha256')
    .update(content)
    .sign(issuer?.privateKey ?? privateKey)
  return {
    name,
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pem(sequence(content, ECDSA_WITH_SHA256, bits(signature))),
  }
}

const LOOPBACK = der(0x87, Buffer.from([127, 0, 0, 1]))
const ANOTHER = der(0x82, Buffer.from('outro.example'))

/** An authority of the test's own, and servers that are good or wrong in one way. */
export function certificates(): Record<'authority' | 'good' | 'expired' | 'wrongHost' | 'selfSigned', Certificate> {
  const authority = issue({ name: 'Autoridade de teste', isAuthority: true })
  return {
    authority,
    good: issue({ name: 'bom', alternativeName: LOOPBACK }, authority),
    expired: issue({ name: 'vencido', alternativeName: LOOPBACK, until: -1 }, authority),
    wrongHost: issue({ name: 'outro', alternativeName: ANOTHER }, authority),
    selfSigned: issue({ name: 'sozinho', alternativeName: LOOPBACK }),
  }
}
