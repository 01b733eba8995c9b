import { expect, it } from 'vitest'
import { everyCase, everyVendor, play } from './cases.ts'

/** Words that stand for secrets, one for each credential a vendor may name. */
const SECRETS = new Proxy({} as Record<string, unknown>, {
  get: (_target, name) => (name === 'grant' ? undefined : `SECRET-${String(name)}`),
})

const grants = (vendor: (typeof everyVendor)[number]): (string | undefined)[] => {
  const found = JSON.stringify(vendor.credentials).matchAll(/"grant":\{[^}]*"const":"(\w+)"/g)
  const names = [...found].map(([, name]) => name)
  return names.length > 0 ? names : [undefined]
}

const logins = everyVendor.flatMap((vendor) => grants(vendor).map((grant) => ({ vendor, grant, title: `${vendor.id} ${grant ?? ''}` })))

it.each(logins)('keeps credentials out of the URL of a login: $title', ({ vendor, grant }) => {
  const credentials = new Proxy(SECRETS, { get: (target, name) => (name === 'grant' ? grant : Reflect.get(target, name)) })
  for (const refreshToken of [null, 'SECRET-refresh']) {
    const request = vendor.auth.tokenRequest(credentials, {}, refreshToken)
    if (request === null) continue
    expect(JSON.stringify([request.path, request.url, request.query])).not.toContain('SECRET')
    expect(JSON.stringify([request.body, request.headers])).toContain('SECRET')
  }
})

it.each(everyCase)('leaves the login to the kernel: $title', async ({ vendor, operation, each }) => {
  for (const request of (await play(vendor, operation, each)).requests) {
    const names = Object.keys({ ...request.headers, ...request.query }).map((name) => name.toLowerCase())
    expect(names.filter((name) => /authorization|token|secret|api-?key/.test(name))).toEqual([])
  }
})
