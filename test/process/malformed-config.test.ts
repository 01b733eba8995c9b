import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { vendors } from '../../src/vendors/index.ts'

describe('a file that is not what it should be', () => {
  it.each([
    ['', 'is not JSON'],
    ['{', 'is not JSON'],
    ['null', 'object'],
    ['[]', 'object'],
    ['7', 'object'],
    ['{}', 'connections: is missing'],
    ['{"connections":[]}', 'connections'],
    ['{"connections":[null]}', 'connections.0'],
    ['{"connections":[null,null],"clients":[null,null]}', 'clients.0'],
    ['{"connections":[7],"clients":7}', 'clients'],
    ['{"connections":[{"id":7,"vendor":null,"credentials":"x","settings":[]}]}', 'connections.0'],
    ['{"connections":[{"id":"a","vendor":"egestor","credentials":null,"settings":null}]}', 'connections.0'],
    ['{"connections":[{"id":"a","vendor":"egestor","credentials":[],"settings":{"enable":[null,{},7]}}]}', 'connections.0'],
    ['{"connections":{"length":1}}', 'connections'],
    ['{"__proto__":{"connections":[]},"connections":null}', 'connections'],
  ])('is told with its path and not stumbled over: %s', (text, words) => {
    let problems: readonly string[] = []
    try {
      loadConfig({ environment: {}, file: { name: 'gateway.config.json', text }, vendors })
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      problems = (error as ConfigError).problems
    }
    expect(problems.join('\n')).toContain(words)
  })
})
