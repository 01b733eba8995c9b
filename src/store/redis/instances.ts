import { randomUUID } from 'node:crypto'
import { type Client, keyOf, runEvenLate, script, setRedisClock } from './script.ts'

/** Sooner than a second, so that a flush is seen within one; and traffic, without which a dead socket is not noticed. */
const BEAT_MS = 500
/** Whoever was not heard of for so long is gone. */
const GONE_MS = 15_000
/** An answer that took longer says little about the clock. */
const QUICK_MS = 100
const MOST_INSTANCES = 1_000

// KEYS: seen, epoch. ARGV: instance, an epoch where there is none, gone after, most. Answers {now, instances, epoch}.
const BEAT = `redis.call('SET', KEYS[2], ARGV[2], 'NX')
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[4] - 1)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 86400000) end
return {now, redis.call('ZCARD', KEYS[1]), redis.call('GET', KEYS[2])}`

const LEAVE = `return redis.call('ZREM', KEYS[1], ARGV[1])`

const SCRIPTS = { beat: script(BEAT, 2), leave: script(LEAVE, 1) }

export interface Listener {
  /** Redis can be written to; `isFlushed` when it has lost what it held. Awaited before the next beat. */
  onBeat(isFlushed: boolean): Promise<void>
  onMissedBeat(): void
}

/** This process among those that share the Redis. */
export interface Instances {
  id: string
  /** How many there were when Redis was last there, this one too. */
  count(): number
  isUp(): boolean
  /** Calls back with each beat that finds Redis there again, or flushed. */
  onBack(listener: () => void): void
  /** Beats once, and from then on by itself. */
  start(listener: Listener): Promise<void>
  stop(): Promise<void>
}

/** Tells the others through Redis that this process lives, and learns from it how many live, its clock, and whether it was flushed. */
export function watchInstances(client: Client): Instances {
  const id = randomUUID()
  const keys = [keyOf('seen', 'instances'), keyOf('epoch', 'instances')] as const
  let count = 1
  let isUp = true
  let wasAway = false
  const backs: (() => void)[] = []
  client.on('close', () => {
    wasAway = true
  })
  let incompleteUntil = 0
  let epoch: string | undefined
  let timer: NodeJS.Timeout | undefined

  async function beat(listener: Listener): Promise<void> {
    const asked = performance.now()
    try {
      const answer = await runEvenLate<[number, number, string]>(client, SCRIPTS.beat, ...keys, id, randomUUID(), GONE_MS, MOST_INSTANCES)
      const [redisMs, instances, foundEpoch] = answer
      const now = performance.now()
      if (now - asked < QUICK_MS) setRedisClock(client, redisMs, now)
      const isFlushed = epoch !== undefined && epoch !== foundEpoch
      // A Redis that was away has not heard of all again yet.
      if (isFlushed || !isUp) incompleteUntil = now + GONE_MS
      count = now < incompleteUntil ? Math.max(count, instances) : instances
      epoch = foundEpoch
      isUp = true
      const isBack = wasAway || isFlushed
      wasAway = false
      if (isBack) for (const back of backs) back()
      await listener.onBeat(isFlushed)
    } catch {
      isUp = false
      wasAway = true
      listener.onMissedBeat()
    }
  }

  return {
    id,
    count: () => count,
    isUp: () => isUp,
    onBack: (listener) => backs.push(listener),
    async start(listener) {
      await beat(listener)
      let isBeating = false
      timer = setInterval(async () => {
        if (isBeating) return
        isBeating = true
        await beat(listener)
        isBeating = false
      }, BEAT_MS)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await runEvenLate(client, SCRIPTS.leave, keys[0], id).catch(() => {})
    },
  }
}
