import { setTimeout } from 'node:timers/promises'
import { Pool } from 'undici'

export interface Balancer {
  add(url: string): void
  /** By turns to whoever is ready. Fails where a connection breaks: nothing that was sent is sent again. */
  request(method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; text: string }>
  close(): Promise<void>
}

const LOOK_EVERY_MS = 50

/** What stands before several gateways: it keeps connections to them and looks whether they are ready. */
export function startBalancer(): Balancer {
  const pools = new Map<string, Pool>()
  const looking = new AbortController()
  let turn = 0

  function leave(url: string): void {
    void pools.get(url)?.close()
    pools.delete(url)
  }

  async function watch(url: string): Promise<void> {
    while (pools.has(url) && !looking.signal.aborted) {
      const isReady = await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (!isReady) leave(url)
      await setTimeout(LOOK_EVERY_MS)
    }
  }

  return {
    add(url) {
      pools.set(url, new Pool(url, { connections: 8 }))
      void watch(url)
    },
    async request(method, path, body) {
      for (;;) {
        const members = [...pools]
        turn += 1
        const [url, pool] = members[turn % members.length]!
        try {
          const headers = body ? { 'content-type': 'application/json' } : {}
          const answer = await pool.request({ method, path, headers, ...(body && { body: JSON.stringify(body) }) })
          return { status: answer.statusCode, text: await answer.body.text() }
        } catch (error) {
          // Nothing was sent.
          if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
          leave(url)
        }
      }
    },
    async close() {
      looking.abort()
      const open = [...pools.values()]
      pools.clear()
      await Promise.all(open.map((pool) => pool.close()))
    },
  }
}
