import { type SandboxConnection, startSandbox } from '../../src/sandbox/index.ts'
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts'
import { UNLIMITED } from './two-stores.ts'

export interface WholeSandbox {
  connections: readonly SandboxConnection[]
  gateway: TestGateway
  close(): Promise<void>
}

/** The gateway in front of every connection of the sandbox, or of those that are chosen, none of which limits the calls. */
export async function startWholeSandbox(
  options: GatewayOptions = {},
  isChosen: (connection: SandboxConnection) => boolean = () => true,
): Promise<WholeSandbox> {
  const sandbox = await startSandbox({ isLimited: false })
  const connections = sandbox.connections.filter(isChosen)
  const gateway = await startGateway(
    connections.map((one) => ({ ...one, settings: { ...one.settings, ...UNLIMITED } })),
    options,
  )
  return {
    connections,
    gateway,
    async close() {
      await gateway.close()
      await sandbox.close()
    },
  }
}
