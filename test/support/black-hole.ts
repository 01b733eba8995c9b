import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

export interface BlackHole {
  port: number
  close(): Promise<void>
}

/** Listens and then never accepts, in a thread of its own. */
const LISTENER = `
const { parentPort } = require('node:worker_threads')
const server = require('node:net').createServer()
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})`

/** Whether a connection is taken within a moment; what hangs is left hanging, so that it keeps its place. */
const isTaken = (socket: Socket) =>
  new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), 300)
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })

/** A port whose queue of connections is full: whoever comes gets no answer at all, not even a refusal. */
export async function startBlackHole(): Promise<BlackHole> {
  const worker = new Worker(LISTENER, { eval: true })
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  const sockets: Socket[] = []
  let taken = true
  while (taken) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    taken = await isTaken(socket)
    if (sockets.length > 50) throw new Error('the queue of connections never fills up')
  }
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await worker.terminate()
    },
  }
}
