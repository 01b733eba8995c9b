import { connect, createServer, type Socket } from 'node:net'

/** A link to a server on loopback that can be made bad. */
export interface Link {
  port: number
  /** Each piece of data comes so much later, in each direction. */
  delayMs: number
  /** Data is taken and never passed on. */
  isLost: boolean
  /** All that was sent to the server. */
  said: string
  close(): Promise<void>
}

export async function startLink(toPort: number): Promise<Link> {
  const open = new Set<Socket>()
  const link = { port: 0, delayMs: 0, isLost: false, said: '' }

  function pass(from: Socket, to: Socket): void {
    open.add(from)
    from.on('error', () => {})
    from.on('data', (data) => {
      if (!link.isLost) setTimeout(() => to.writable && to.write(data), link.delayMs)
    })
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
  }

  const server = createServer((inbound) => {
    const outbound = connect(toPort, '127.0.0.1')
    pass(inbound, outbound)
    pass(outbound, inbound)
    inbound.on('data', (data) => {
      link.said += data
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  link.port = (server.address() as { port: number }).port
  return Object.assign(link, {
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  })
}
