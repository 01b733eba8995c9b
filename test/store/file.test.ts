import { mkdir, readdir, readFile, rmdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Standing, TokenStore } from '../../src/kernel/tokens/store.ts'
import { fileJournal, fileTokens } from '../../src/store/file.ts'
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
    await before.write('login', login, 0)
    await before.write('login', { version: 2, sealed: 'v1.k.second' }, 1)
    await before.write('other', login, 0)
    const after = await open()
    expect((await after.read('login')).record).toEqual({ version: 2, sealed: 'v1.k.second' })
    expect((await after.read('other')).record).toEqual(login)
    expect(await after.write('login', { version: 3, sealed: 'v1.k.third' }, 2)).toBe(true)
    expect(trouble).toEqual([])
  })

  it('are on the disk once a write has answered, whoever writes beside', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.write(`login-${index}`, login, 0)))
    const after = await open()
    for (let index = 0; index < 20; index += 1) expect((await after.read(`login-${index}`)).record).toEqual(login)
  })

  it('are found by a process with another name, which writes a file of its own', async () => {
    await (await open('3000')).write('login', login, 0)
    const other = await open('3001')
    expect((await other.read('login')).record).toEqual(login)
    await other.write('login', { version: 2, sealed: 'v1.k.second' }, 1)
    expect((await files()).sort()).toEqual(['3000.tokens.jsonl', '3001.tokens.jsonl'])
    expect((await (await open('3000')).read('login')).record).toEqual({ version: 2, sealed: 'v1.k.second' })
  })

  it('are what was written last, of files of others that have the same version', async () => {
    const anew = { version: 1, sealed: 'v1.new.first' }
    for (const [process, record, writtenAt] of [
      ['4000', anew, 2_000],
      ['4001', login, 1_000],
    ] as const) {
      await (await fileJournal(folder.path, process, () => {})).append('login', record)
      await utimes(join(folder.path, `${process}.tokens.jsonl`), writtenAt, writtenAt)
    }
    expect((await (await open('3000')).read('login')).record).toEqual(anew)
  })

  it('can be read by their owner alone', async () => {
    await (await open()).write('login', login, 0)
    const [file] = await files()
    expect((await stat(join(folder.path, file!))).mode & 0o777).toBe(0o600)
  })

  it('are kept in a folder that is made when it is missing, for its owner alone', async () => {
    const path = join(folder.path, 'state')
    await (await fileTokens(path, '3000', testClock(), () => {})).write('login', login, 0)
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  })

  it('pass over a file that a crash cut off, and tell of it', async () => {
    await (await open('3000')).write('login', login, 0)
    const whole = await readFile(join(folder.path, '3000.tokens.jsonl'), 'utf8')
    await writeFile(join(folder.path, '3001.tokens.jsonl'), whole.slice(0, -5))
    const store = await open('3002')
    expect((await store.read('login')).record).toEqual(login)
    expect(trouble).toEqual([expect.stringContaining('3001.tokens.jsonl')])
  })

  it.each([
    'null',
    '[]',
    '{"login":null}',
    '{"login":"login","record":{"version":"9","sealed":"x"},"standing":{"state":"ok"}}',
    '{"login":"login","record":{"version":9},"standing":{"state":"ok"}}',
    '{"login":"login","record":{"version":9,"sealed":"x"}}',
    '7',
  ])('pass over what is no line of tokens, and tell of it: %s', async (text) => {
    await writeFile(join(folder.path, '3001.tokens.jsonl'), text)
    expect((await (await open()).read('login')).record).toBeNull()
    expect(trouble).toEqual(['3001.tokens.jsonl cannot be read in full'])
  })

  it('keep what was begun with them, also where another file has the same version', async () => {
    const standing: Standing = { state: 'refreshing', attempt: { spends: 'digest', startedAt: 1, isLast: false }, notBefore: 0 }
    await (await open('4000')).write('login', login, 0)
    const own = await open('3000')
    await own.lease('login', 'me', 1_000)
    await own.note('login', 1, standing, 'me')
    expect((await (await open('3000')).read('login')).standing).toEqual(standing)
  })

  it('do not grow without end', async () => {
    const journal = await fileJournal(folder.path, '3000', () => {})
    for (let version = 1; version <= 1_200; version += 1) await journal.append('login', { version, sealed: 'x' })
    const lines = (await readFile(join(folder.path, '3000.tokens.jsonl'), 'utf8')).split('\n')
    expect(lines.length).toBeLessThan(300)
    expect((await fileJournal(folder.path, '3000', () => {})).newest('login')?.version).toBe(1_200)
  })

  it('go on once the disk takes something again, with all that it did not take', async () => {
    const store = await open()
    const inTheWay = join(folder.path, '3000.tokens.jsonl.new')
    await mkdir(inTheWay)
    await store.write('login', login, 0)
    expect(trouble).toEqual(['3000.tokens.jsonl cannot be written'])
    await rmdir(inTheWay)
    await store.write('other', login, 0)
    const after = await open()
    expect([(await after.read('login')).record, (await after.read('other')).record]).toEqual([login, login])
  })

  it('do not mind what else lies there', async () => {
    await writeFile(join(folder.path, '3000.tokens.jsonl.new'), 'half')
    await writeFile(join(folder.path, 'README'), 'not ours')
    const store = await open()
    await store.write('login', login, 0)
    expect((await store.read('login')).record).toEqual(login)
    expect(trouble).toEqual([])
  })

  it('still serve when the disk takes nothing more, and tell of it (row 41)', async () => {
    const store = await open()
    await folder.remove()
    expect(await store.write('login', login, 0)).toBe(true)
    expect((await store.read('login')).record).toEqual(login)
    expect(trouble).toHaveLength(1)
  })
})
