import type { Cluster, Redis } from 'ioredis'

const FAILURES = 3
const WITHIN_MS = 1_000
const OPEN_MS = 500
/** Commands on their way at once: a Redis that is slow must not pile up work. */
const MOST_IN_FLIGHT = 1_000

/** Redis answered, and could not: as good as away. */
const UNABLE = /^(READONLY|OOM|MISCONF|LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)/
/** Any other answer, also a refusal, shows that Redis is well. */
const isFailure = (error: Error) => error.name !== 'ReplyError' || UNABLE.test(error.message)
/** It cost somebody the whole time of a command; the next one would cost as much. */
const isSilence = (error: Error) => error.message === 'Command timed out'

type Command = Parameters<Redis['sendCommand']>[0]

/**
 * Puts a circuit around everything that the client sends, so that nobody waits twice: after one command without an answer, or three failures
 * within a second, every use fails at once until a PING is answered. It is tried at once after a silence, and then each half second. A client
 * that is not connected refuses by itself, and its handshake passes.
 */
export function withCircuit(client: Redis | Cluster): void {
  const send = client.sendCommand.bind(client) as (command: Command, ...rest: unknown[]) => unknown
  let failures: number[] = []
  let inFlight = 0
  let isOpen = false
  let isProbing = false

  function probe(): void {
    isProbing = true
    const answered = client.ping()
    isProbing = false
    answered.then(
      () => {
        isOpen = false
      },
      () => retryLater(),
    )
  }

  function retryLater(): void {
    if (client.status === 'end') client.once('ready', probe)
    else setTimeout(probe, OPEN_MS).unref()
  }

  function note(error: Error): void {
    const now = performance.now()
    if (isOpen || !isFailure(error)) return
    failures = [...failures.filter((at) => at > now - WITHIN_MS), now]
    if (failures.length < FAILURES && !isSilence(error)) return
    failures = []
    isOpen = true
    if (isSilence(error)) probe()
    else retryLater()
  }

  client.sendCommand = (command: Command, ...rest: unknown[]) => {
    if (client.status !== 'ready') return send(command, ...rest)
    if ((isOpen && !isProbing) || inFlight >= MOST_IN_FLIGHT) {
      command.reject(new Error('Redis is left alone for now'))
      return command.promise
    }
    inFlight += 1
    command.promise
      .catch((error: Error) => note(error))
      .finally(() => {
        inFlight -= 1
      })
    return send(command, ...rest)
  }
}
