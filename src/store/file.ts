import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { ConnectionRecord, ConnectionStore } from '../kernel/made.ts'
import { type Credential, type Journal, STANDS_WELL, type TokenRecord, type TokenStore } from '../kernel/tokens/store.ts'
import { memoryConnections } from './memory/connections.ts'
import { memoryTokens } from './memory/tokens.ts'
import { type FileKind, openStateFile } from './state-file.ts'

/** Tokens and connections alike: sealed, and with a version that only grows. */
const isRecord = (value: unknown): value is TokenRecord & ConnectionRecord => {
  const { version, sealed } = (value ?? {}) as Partial<TokenRecord>
  return Number.isSafeInteger(version) && typeof sealed === 'string'
}

const TOKENS: FileKind<Credential> = {
  suffix: '.tokens.jsonl',
  read(line) {
    const { login, record, standing } = line as { login?: unknown; record?: unknown; standing?: { state?: unknown } }
    const isCredential = typeof login === 'string' && (record === null || isRecord(record)) && typeof standing?.state === 'string'
    return isCredential ? [login, { record, standing } as Credential] : null
  },
  write: (login, credential) => ({ login, ...credential }),
  versionOf: ({ record }) => record?.version ?? 0,
}

const CONNECTIONS: FileKind<ConnectionRecord> = {
  suffix: '.connections.jsonl',
  read(line) {
    const { id, record } = line as { id?: unknown; record?: unknown }
    return typeof id === 'string' && isRecord(record) ? [id, record] : null
  },
  write: (id, record) => ({ id, record }),
  versionOf: ({ version }) => version,
}

/** What is kept in a file: whether the disk takes it. */
export interface InFile {
  isWritable(): boolean
}

/** Sealed tokens in a folder, so that a restart needs no new login. For use without Redis. */
export async function fileTokens(
  folder: string,
  process: string,
  clock: Clock,
  onTrouble: (message: string) => void,
): Promise<TokenStore & InFile> {
  const { name, entries, append, isWritable } = await openStateFile(folder, process, TOKENS, onTrouble)
  // A full disk must not take away the token that is there now.
  const onWrite = (login: string, credential: Credential) => append(login, credential).catch(() => onTrouble(`${name} cannot be written`))
  return { ...memoryTokens(clock, entries, onWrite), isWritable }
}

/** What this process got from vendors, beside Redis: it may lose a second of what it said it had. */
export async function fileJournal(folder: string, process: string, onTrouble: (message: string) => void): Promise<Journal & InFile> {
  const { entries, append, isWritable } = await openStateFile(folder, process, TOKENS, onTrouble)
  return {
    logins: () => entries.keys(),
    newest: (login) => entries.get(login)?.record ?? undefined,
    append: (login, record) => append(login, { record, standing: STANDS_WELL }),
    isWritable,
  }
}

/** Sealed connections in a folder, as tokens are. One that could not be written is not made: its maker must know. */
export async function fileConnections(
  folder: string,
  process: string,
  onTrouble: (message: string) => void,
): Promise<ConnectionStore & InFile> {
  const { name, entries, append, isWritable } = await openStateFile(folder, process, CONNECTIONS, onTrouble)
  const onWrite = (id: string, record: ConnectionRecord) =>
    append(id, record).catch(() => {
      onTrouble(`${name} cannot be written`)
      throw new GatewayError('vendor_unavailable', { retryAfterMs: 1_000, message: 'The connection could not be stored.' })
    })
  return { ...memoryConnections(entries, onWrite), isWritable }
}
