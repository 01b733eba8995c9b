import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TokenStore } from '../../src/kernel/tokens.ts'
import { fileTokens } from '../../src/store/file.ts'
import { testClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/stores.ts'

const login = { version: 1, sealed: 'v1.k.first' }

describe('tokens in a folder', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let trouble: string[]
  const open = (process = '3000'): Promise<TokenStore> => fileTokens(folder.path, process, testClock(), (message) => trouble.push(message))
  const files = () => readdir(folder.path)

  beforeEach(async () => {
    folder = await temporaryFolder()
    trouble = []
  })
  afterEach(() => folder.remove())

  it('are there again after a restart', async () => {
    const before = await open()
    await before.write('login', login)
    await before.write('login', { version: 2, sealed: 'v1.k.second' })
    await before.write('other', login)
    const after = await open()
    expect(await after.read('login')).toEqual({ version: 2, sealed: 'v1.k.second' })
    expect(await after.read('other')).toEqual(login)
    expect(await after.write('login', { version: 3, sealed: 'v1.k.third' })).toBe(true)
    expect(trouble).toEqual([])
  })

  it('are on the disk once a write has answered, whoever writes beside', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.write(`login-${index}`, login)))
    const after = await open()
    for (let index = 0; index < 20; index += 1) expect(await after.read(`login-${index}`)).toEqual(login)
  })

  it('are found by a process with another name, which writes a file of its own', async () => {
    await (await open('3000')).write('login', login)
    const other = await open('3001')
    expect(await other.read('login')).toEqual(login)
    await other.write('login', { version: 2, sealed: 'v1.k.second' })
    expect((await files()).sort()).toEqual(['3000.tokens.json', '3001.tokens.json'])
    expect(await (await open('3000')).read('login')).toEqual({ version: 2, sealed: 'v1.k.second' })
  })

  it('can be read by their owner alone', async () => {
    await (await open()).write('login', login)
    const [file] = await files()
    expect((await stat(join(folder.path, file!))).mode & 0o777).toBe(0o600)
  })

  it('are kept in a folder that is made when it is missing, for its owner alone', async () => {
    const path = join(folder.path, 'state')
    await (await fileTokens(path, '3000', testClock(), () => {})).write('login', login)
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  })

  it('pass over a file that a crash cut off, and tell of it', async () => {
    await (await open('3000')).write('login', login)
    const whole = await readFile(join(folder.path, '3000.tokens.json'), 'utf8')
    await writeFile(join(folder.path, '3001.tokens.json'), whole.slice(0, -5))
    const store = await open('3002')
    expect(await store.read('login')).toEqual(login)
    expect(trouble).toEqual([expect.stringContaining('3001.tokens.json')])
  })

  it.each(['', 'null', '[]', '{"login":null}', '{"login":{"version":"9","sealed":"x"}}', '{"login":{"version":9}}', '7'])(
    'pass over what is no file of tokens: %s',
    async (text) => {
      await writeFile(join(folder.path, '3001.tokens.json'), text)
      expect(await (await open()).read('login')).toBeNull()
    },
  )

  it('do not mind what else lies there', async () => {
    await writeFile(join(folder.path, '3000.tokens.json.new'), 'half')
    await writeFile(join(folder.path, 'README'), 'not ours')
    const store = await open()
    await store.write('login', login)
    expect(await store.read('login')).toEqual(login)
    expect(trouble).toEqual([])
  })

  it('still serve when the disk takes nothing more, and tell of it', async () => {
    const store = await open()
    await folder.remove()
    expect(await store.write('login', login)).toBe(true)
    expect(await store.read('login')).toEqual(login)
    expect(trouble).toHaveLength(1)
  })
})
