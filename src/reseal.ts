import type { Config } from './config.ts'
import { systemClock } from './kernel/clock.ts'
import { type Resealed, reseal, sealedConnections, sealedTokens } from './kernel/reseal.ts'
import { randomKeyRing, sealFor } from './kernel/seal.ts'
import { openStores } from './store/open.ts'

/** Seals what processes share anew with the first key, while gateways run. Files are a gateway's own, which does it at its start: without Redis they are counted. */
export async function resealStored({ redisUrl, keyRing, stateDir }: Config, onTrouble: (message: string) => void): Promise<Resealed[]> {
  const stores = await openStores({ redisUrl, stateDir: redisUrl ? undefined : stateDir, process: 'reseal', clock: systemClock, onTrouble })
  const ring = keyRing ?? randomKeyRing()
  const kinds = [sealedTokens(stores.tokens, sealFor(ring, 'token')), sealedConnections(stores.connections, sealFor(ring, 'connection'))]
  try {
    const results: Resealed[] = []
    for (const records of kinds) results.push(await reseal(records, { replaces: redisUrl !== undefined }))
    return results
  } finally {
    await stores.close()
  }
}
