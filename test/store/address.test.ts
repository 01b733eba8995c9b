import { describe, expect, it } from 'vitest'
import { readRedisUrl } from '../../src/store/redis/address.ts'

const server = { kind: 'server', master: '', username: undefined, password: undefined, db: 0, tls: false }

describe('REDIS_URL', () => {
  it.each([
    ['redis://127.0.0.1', { ...server, nodes: [{ host: '127.0.0.1', port: 6_379 }] }],
    ['redis://[::1]:7000/3', { ...server, nodes: [{ host: '::1', port: 7_000 }], db: 3 }],
    [
      'rediss://fachada:s%40%3A@redis.internal:6380',
      { ...server, nodes: [{ host: 'redis.internal', port: 6_380 }], username: 'fachada', password: 's@:', tls: true },
    ],
    ['redis://:a:b@redis', { ...server, nodes: [{ host: 'redis', port: 6_379 }], password: 'a:b' }],
    [
      'redis+sentinel://u:p@s1:26379,s2/mymaster/2',
      {
        ...server,
        kind: 'sentinel',
        nodes: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_379 },
        ],
        master: 'mymaster',
        username: 'u',
        password: 'p',
        db: 2,
      },
    ],
    [
      'rediss+cluster://h1:6379,h2:6380',
      {
        ...server,
        kind: 'cluster',
        nodes: [
          { host: 'h1', port: 6_379 },
          { host: 'h2', port: 6_380 },
        ],
        tls: true,
      },
    ],
  ])('%s is read', (url, address) => {
    expect(readRedisUrl(url)).toEqual({ address, flaws: [] })
  })

  it.each([
    ['http://x', [/^must be a redis:\/\//]],
    ['redis+sentinel+tls://x/m', [/^must be/]],
    ['redis://', [/host 1 of 1/]],
    ['redis://a:0', [/host 1 of 1/]],
    ['redis://a:65536', [/host 1 of 1/]],
    ['redis://[not-an-address]', [/host 1 of 1/]],
    ['redis://a,b', [/several hosts/]],
    ['redis://a/x', [/database/]],
    ['redis://a/0/1', [/database/]],
    ['redis+cluster://a/1', [/database 0 only/]],
    ['redis+sentinel://a', [/name of the master/]],
    ['redis://u:%zz@a', [/percent-encoded/]],
    ['redis+sentinel://u:%zz@a b,c:99999,d//x', [/host 1 of 3/, /host 2 of 3/, /percent-encoded/, /name of the master/, /database/]],
  ])('%s is refused, all its flaws at once', (url, patterns) => {
    const { flaws } = readRedisUrl(url)
    expect(flaws).toHaveLength(patterns.length)
    patterns.forEach((pattern, index) => {
      expect(flaws[index]).toMatch(pattern)
    })
  })

  it.each(['redis://u:hunter2@a b', 'http://u:hunter2@x', 'redis://u:hunter2%zz@a/x/hunter2', 'redis://hunter2'])(
    'a flaw of %s shows no password',
    (url) => {
      expect(readRedisUrl(url).flaws.join()).not.toContain('hunter2')
    },
  )
})
