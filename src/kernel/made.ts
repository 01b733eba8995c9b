import type { Limits } from './adapter.ts'
import { type Clock, every } from './clock.ts'
import type { Connection } from './connection.ts'
import type { LiveDirectory } from './directory.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { limitsByLogin, limitsFlaw } from './permits.ts'
import type { Seal } from './seal.ts'

// Connections made while running: kept sealed, and seen by all processes that share the store.

/** `sealed` is bound to the id and the version. A removed connection stays as a record, so that its versions go on. */
export interface ConnectionRecord {
  /** Only grows. */
  version: number
  sealed: string
}

/** Keeps sealed connections by id. It never sees a credential. */
export interface ConnectionStore {
  /** Other processes write to it too. */
  readonly isShared: boolean
  /** Another text after every change, whoever made it. */
  revision(): Promise<string>
  readAll(): Promise<ReadonlyMap<string, ConnectionRecord>>
  /** Writes when the stored version is `record.version - 1`, or there is none; false where somebody was faster. */
  write(id: string, record: ConnectionRecord): Promise<boolean>
  /** The same version under another seal, which is no change; false where somebody wrote meanwhile. */
  reseal(id: string, record: ConnectionRecord, sealed: string): Promise<boolean>
}

/** A connection in the form of gateway.config.json. */
export type ConnectionBody = Readonly<Record<string, unknown>>

export interface MadeConnections {
  create(body: ConnectionBody): Promise<Connection>
  /** Members named replace the old ones as a whole; null clears. */
  change(connection: Connection, changes: ConnectionBody): Promise<Connection>
  remove(connection: Connection): Promise<void>
  /** Looks at what is there, and for changes of others until it is closed. */
  watch(): Promise<void>
  close(): void
}

export interface MadeOptions {
  store: ConnectionStore
  directory: LiveDirectory
  seal: Seal
  clock: Clock
  /** A body as a connection; throws `validation_failed`. */
  make(body: unknown): Connection
  /** Told of a connection whose login nobody has any more. */
  onUnused(connection: Connection): Promise<void>
  onTrouble(message: string): void
}

interface Content {
  createdAt: number
  body: ConnectionBody
}

interface Known {
  version: number
  /** Null where it was removed, undefined where it cannot be opened. */
  content: Content | null | undefined
  connection: Connection | undefined
}

const POLL_MS = 500
/** A store that others use too may be slow for a moment: that is no reason not to start. */
const FIRST_LOOKS = 10

/** A record opens for its own id, in its own version, and for no other. */
export const connectionIsAbout = (id: string, version: number) => `${id}|${version}`

export function createMade({ store, directory, seal, clock, make, onUnused, onTrouble }: MadeOptions): MadeConnections {
  const closing = new AbortController()
  let known = new Map<string, Known>()
  let seen: string | undefined
  let loading = Promise.resolve()

  function opened(id: string, { version, sealed }: ConnectionRecord): Known {
    const text = seal.open(sealed, connectionIsAbout(id, version))
    if (text === null) {
      onTrouble(`the connection ${id} cannot be opened with these keys`)
      return { version, content: undefined, connection: undefined }
    }
    const content = JSON.parse(text) as Content | null
    try {
      return { version, content, connection: content ? make(content.body) : undefined }
    } catch {
      onTrouble(`the connection ${id} does not fit this version of the gateway`)
      return { version, content, connection: undefined }
    }
  }

  async function load(): Promise<void> {
    const revision = await store.revision()
    if (revision === seen) return
    const next = new Map<string, Known>()
    for (const [id, record] of await store.readAll()) {
      const before = known.get(id)
      // One that nobody changed stays the same object: what is known of it hangs on that.
      next.set(id, before?.version === record.version ? before : opened(id, record))
    }
    known = next
    seen = revision
    const inOrder = [...next.values()].filter(({ connection }) => connection)
    inOrder.sort((a, b) => a.content!.createdAt - b.content!.createdAt || (a.connection!.id < b.connection!.id ? -1 : 1))
    const made = inOrder.map(({ connection }) => connection!)
    const inFile = directory.connections.filter(({ origin }) => origin === 'file')
    const limits = limitsByLogin([...inFile, ...made])
    directory.replaceMade(made.map((connection) => withinBudget(connection, limits)))
  }

  const adjusted = new WeakMap<Connection, Connection>()
  /** Two processes may make two at once, and the file may be changed: what does not fit any more serves with the limits of its login. */
  function withinBudget(connection: Connection, byLogin: ReadonlyMap<string, Limits>): Connection {
    const flaw = limitsFlaw(connection, byLogin)
    if (!flaw) return connection
    const limits = byLogin.get(connection.login)!
    if (adjusted.get(connection)?.limits !== limits) {
      onTrouble(`the limits of the connection ${connection.id} ${flaw}: it is given those`)
      adjusted.set(connection, Object.freeze({ ...connection, limits }))
    }
    return adjusted.get(connection)!
  }

  function refuseOtherLimits(connection: Connection): void {
    const others = directory.connections.filter(({ id }) => id !== connection.id)
    const detail = limitsFlaw(connection, limitsByLogin(others))
    if (!detail) return
    const errors = [{ pointer: '/settings/limits', detail }]
    throw new GatewayError('validation_failed', { message: 'The connection is not valid.', errors })
  }

  /** One after the other, so that an older look never follows a newer one. */
  function refresh(): Promise<void> {
    const loaded = loading.then(load)
    loading = loaded.catch(() => {})
    return loaded
  }

  async function firstLook(): Promise<void> {
    for (let look = 1; ; look += 1) {
      try {
        return await refresh()
      } catch (error) {
        if (!store.isShared || look === FIRST_LOOKS) throw error
        await clock.sleep(POLL_MS, closing.signal)
      }
    }
  }

  async function write(id: string, content: Content | null): Promise<Connection | undefined> {
    const version = (known.get(id)?.version ?? 0) + 1
    const isFirst = await store.write(id, { version, sealed: seal.seal(JSON.stringify(content), connectionIsAbout(id, version)) })
    await refresh()
    if (!isFirst) throw new GatewayError('conflict', { message: 'Somebody else changed this connection meanwhile.' })
    return known.get(id)?.connection
  }

  /** What is known of a connection that was made here; those of the file are the operator's. */
  async function ownOf({ id, origin }: Connection): Promise<Content> {
    if (origin === 'file') throw new GatewayError('conflict', { message: 'This connection is in the configuration file: change it there.' })
    await refresh()
    const content = known.get(id)?.content
    if (!content) throw new GatewayError('not_found', { message: 'There is no such connection.' })
    return content
  }

  async function dropUnused(connection: Connection): Promise<void> {
    if (directory.connections.some(({ login }) => login === connection.login)) return
    await onUnused(connection).catch(() => onTrouble(`the tokens of the connection ${connection.id} could not be deleted`))
  }

  return {
    async create(body) {
      const connection = make(body)
      const { id } = connection
      await refresh()
      const isTaken = directory.connections.some((other) => other.id === id) || (known.has(id) && known.get(id)!.content !== null)
      if (isTaken) throw new GatewayError('conflict', { message: 'There is a connection with this id already.' })
      refuseOtherLimits(connection)
      return (await write(id, { createdAt: clock.wall(), body }))!
    },
    async change(connection, changes) {
      const { createdAt, body } = await ownOf(connection)
      const changed = Object.fromEntries(Object.entries({ ...body, ...changes }).filter(([, value]) => value !== null))
      refuseOtherLimits(make(changed))
      const now = (await write(connection.id, { createdAt, body: changed }))!
      await dropUnused(connection)
      return now
    },
    async remove(connection) {
      await ownOf(connection)
      await write(connection.id, null)
      await dropUnused(connection)
    },
    async watch() {
      await firstLook()
      if (!store.isShared) return
      let isTold = false
      void every(clock, POLL_MS, closing.signal, async () => {
        try {
          await refresh()
          isTold = false
        } catch (error) {
          if (!isTold) onTrouble(`connections cannot be looked up: ${asGatewayError(error).kind}`)
          isTold = true
        }
      })
    },
    close: () => closing.abort(),
  }
}
