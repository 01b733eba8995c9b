import { describe, expect, it } from 'vitest'
import { connectionMaker } from '../src/config-made.ts'
import type { GatewayError } from '../src/kernel/errors.ts'
import { vendors } from '../src/vendors/index.ts'

const EGESTOR = { id: 'loja', vendor: 'egestor', credentials: { grant: 'personal', personalToken: 'token' } }
const KOMMO = { id: 'crm', vendor: 'kommo', credentials: { grant: 'long_lived_token', token: 'token' } }

const make = connectionMaker(vendors, ['127.0.0.1:4001', '[::1]:4002', 'interno.exemplo:443'])

function pointersOf(body: unknown): (string | undefined)[] {
  try {
    make(body)
  } catch (error) {
    expect((error as GatewayError).kind).toBe('validation_failed')
    return (error as GatewayError).errors!.map(({ pointer }) => pointer)
  }
  return []
}

const hostOf = (baseUrl: string, body: object = EGESTOR) => pointersOf({ ...body, settings: { baseUrl } })

describe('a connection made over the API', () => {
  it('is one like those of the file, but for where it comes from', () => {
    expect(make(EGESTOR)).toMatchObject({ id: 'loja', origin: 'api', label: 'loja', baseUrl: 'https://api.egestor.com.br/api' })
    expect(make({ ...KOMMO, settings: { subdomain: 'acme' } }).baseUrl).toBe('https://acme.kommo.com')
  })

  it('is judged as those of the file are, everything at once', () => {
    const body = { id: 'Loja', vendor: 'egestor', credentials: { grant: 'personal' }, settings: { timeZone: 'Marte', outra: 1 }, mais: 1 }
    expect(pointersOf(body).sort()).toEqual(['/credentials/personalToken', '/id', '/mais', '/settings/outra', '/settings/timeZone'])
    expect(pointersOf({ id: 'loja', vendor: 'outro' })).toEqual(['/vendor'])
    expect(pointersOf(null)).toEqual([''])
  })

  it("takes text as it is: the environment is the operator's", () => {
    const { credentials } = make({ ...EGESTOR, credentials: { grant: 'personal', personalToken: '${PATH}' } })
    expect(credentials.personalToken).toBe('${PATH}')
  })

  it.each([
    'https://api.egestor.com.br/api',
    'https://v4.egestor.com.br/api',
    'https://API.egestor.com.br:443/api/',
    'http://127.0.0.1:4001/api',
    'http://[::1]:4002',
    'https://interno.exemplo',
  ])('may be at %s', (baseUrl) => expect(hostOf(baseUrl)).toEqual([]))

  it.each([
    'http://api.egestor.com.br/api',
    'https://api.egestor.com.br:8443/api',
    'https://api.egestor.com.br./api',
    'https://api.egestor.com.br.evil.com',
    'https://evil.com',
    'https://evil.com#.egestor.com.br',
    'https://evil.com#@api.egestor.com.br',
    'https://api.egestor.com.br@evil.com',
    'https://user:pass@api.egestor.com.br',
    'https://evil.com\\@api.egestor.com.br',
    'https://evil.com?api.egestor.com.br',
    'https://api.egestor.com.br/api?x=1',
    'https://api.egestor.com.br/%2e%2e/',
    'https://api.egestor.com.br\t.evil.com',
    ' https://api.egestor.com.br',
    'https://аpi.egestor.com.br',
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://[::1]',
    'https://[::ffff:10.0.0.1]',
    'https://169.254.169.254/latest',
    'https://localhost',
    'http://127.0.0.1:4003',
    'http://interno.exemplo',
    'ftp://api.egestor.com.br',
    'file:///etc/passwd',
    '//api.egestor.com.br',
    'api.egestor.com.br',
    '',
  ])('may not be at %j (row 53)', (baseUrl) => expect(hostOf(baseUrl)).toEqual(['/settings/baseUrl']))

  it.each(['https://acme.kommo.com', 'https://a-1.kommo.com'])('of Kommo may be at %s', (url) => expect(hostOf(url, KOMMO)).toEqual([]))

  it.each([
    'https://kommo.com',
    'https://a.b.kommo.com',
    'https://-a.kommo.com',
    'https://acme-kommo.com',
    'https://acme.kommo.com.evil.com',
    'https://.kommo.com',
  ])('of Kommo may not be at %s (row 53)', (url) => expect(hostOf(url, KOMMO)).toEqual(['/settings/baseUrl']))

  it.each(['acme/', 'acme.evil', 'evil.com#', 'a@evil.com', '127.0.0.1:80/', 'Acme', '-a', ''])(
    'of Kommo may not have the subdomain %j (row 53)',
    (subdomain) => expect(pointersOf({ ...KOMMO, settings: { subdomain } })).toContain('/settings/subdomain'),
  )

  it('logs in and asks a person where the vendor is, too', () => {
    const credentials = { clientId: 'a', clientSecret: 'b', username: 'c', password: 'd' }
    expect(pointersOf({ id: 'pdv', vendor: 'cplug', credentials, settings: { tokenUrl: 'https://evil.com/oauth/token' } })).toEqual([
      '/settings/tokenUrl',
    ])
    expect(pointersOf({ ...EGESTOR, settings: { authorizeUrl: 'https://evil.com/oauth' } })).toEqual(['/settings/authorizeUrl'])
  })
})
