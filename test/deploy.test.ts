import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../src/config.ts'
import { settingsSchema } from '../src/config-schema.ts'
import { DRAIN_MS, KEEP_ALIVE_MS, STOP_WITHIN_MS } from '../src/times.ts'
import { vendors } from '../src/vendors/index.ts'
import type { Json } from './support/json.ts'

// What deploy/ says of the gateway is true of it.

const textOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const linesOf = (path: string) => textOf(path).split('\n')

const MANIFESTS = readdirSync(new URL('../deploy/kubernetes', import.meta.url)).filter((name) => name.endsWith('.yaml'))
const documents: Json[] = MANIFESTS.flatMap((name) => parseAllDocuments(textOf(`deploy/kubernetes/${name}`)).map((one) => one.toJS()))
const found = (kind: string, name: string): Json => documents.find((one) => one.kind === kind && one.metadata.name === name)

const compose: Json = parse(textOf('deploy/compose.yaml'), { merge: true })
const composed = Object.entries<Json>(compose.services).filter(([name]) => name.startsWith('gateway-'))
const haproxy = linesOf('deploy/haproxy.cfg').map((line) => line.trim())

const pod = found('Deployment', 'fachada').spec.template.spec
const [container] = pod.containers
const environment: Record<string, string> = found('ConfigMap', 'fachada').data
const secrets: Record<string, string> = found('Secret', 'fachada').stringData
const file = found('ConfigMap', 'fachada-file').data['gateway.config.json']

const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`
const hashOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
/** The example's secrets, as somebody would fill them in. */
const filled = Object.fromEntries(
  Object.keys(secrets).map((name) => [name, name === 'ENCRYPTION_KEYS' ? KEY : name.endsWith('_KEY_HASH') ? hashOf(name) : 'a-token']),
)

const imageEnvironment = Object.fromEntries(
  [...textOf('Dockerfile').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value] as const),
)

/** What the gateway asks its environment for. */
function namesRead(): Set<string> {
  const names = new Set(['CONFIG_FILE'])
  const asked = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_none, name) {
        names.add(String(name))
        return undefined
      },
    },
  )
  loadConfig({ environment: asked, file: undefined, vendors })
  return names
}

/** Names that gateway.config.json is filled in from. */
const namesIn = (text: string) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!)

/** Answers of a probe are a route's. */
const routes = new Set(Object.keys(JSON.parse(textOf('openapi/openapi.json')).paths))

const secondsOf = (text: string) => Number(/^(\d+)s$/.exec(text)?.[1])

describe('the manifests', () => {
  it('are all applied together, but for the example of a secret', () => {
    const { resources } = parse(textOf('deploy/kubernetes/kustomization.yaml'))
    expect([...resources].sort()).toEqual(MANIFESTS.filter((name) => name !== 'kustomization.yaml' && name !== 'secret.example.yaml'))
  })

  it('give the gateway a configuration that it takes', () => {
    const config = loadConfig({
      environment: { ...imageEnvironment, ...environment, ...filled },
      file: { name: 'gateway.config.json', text: file },
      vendors,
    })
    expect([config.clients.length, config.connections.length]).toEqual([2, 1])
    expect(config.redisUrl).toBe(`redis://${found('Service', 'redis').metadata.name}:6379`)
  })

  it('hold no secret that would work', () => {
    for (const [name, value] of Object.entries(secrets)) expect([name, value]).toEqual([name, expect.stringContaining('REPLACE-WITH-')])
    expect(() => loadConfig({ environment: { ...environment, ...secrets }, file: { name: '', text: file }, vendors })).toThrow(
      /ENCRYPTION_KEYS.*\n.*keyHash/,
    )
  })

  it('name no variable that nothing reads', () => {
    const known = [...namesRead(), ...namesIn(file)]
    for (const name of [...Object.keys(environment), ...Object.keys(secrets)]) expect(known).toContain(name)
    for (const name of namesIn(file)) expect(Object.keys(secrets)).toContain(name)
  })

  it('mount what the variables point at', () => {
    const folders = container.volumeMounts.map(({ mountPath }: Json) => mountPath)
    expect(folders).toEqual([environment.CONFIG_FILE!.replace('/gateway.config.json', ''), environment.STATE_DIR])
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
  })

  it.each(['startupProbe', 'readinessProbe', 'livenessProbe'])('ask a route in the %s, at the port that is listened on', (probe) => {
    const { path, port } = container[probe].httpGet
    expect(routes).toContain(path)
    expect(container.ports).toEqual([{ name: port, containerPort: Number(imageEnvironment.PORT) }])
    expect(found('Service', 'fachada').spec.ports[0].targetPort).toBe(port)
  })

  it('see a gateway as unready before it is told to stop, and let it end', () => {
    const waited = Number(container.lifecycle.preStop.exec.command[1])
    const { periodSeconds, failureThreshold } = container.readinessProbe
    expect(waited).toBeGreaterThanOrEqual(periodSeconds * failureThreshold)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(waited + STOP_WITHIN_MS / 1_000)
  })
})

describe('compose.yaml', () => {
  it.each(composed)('gives %s a configuration that it takes', (_name, { environment: own, volumes }) => {
    const config = loadConfig({
      environment: { ...imageEnvironment, ...own, ENCRYPTION_KEYS: KEY, EGESTOR_CENTRO_TOKEN: 'a', EGESTOR_NORTE_TOKEN: 'b' },
      file: { name: 'gateway.config.json', text: textOf('examples/gateway.config.json') },
      vendors,
    })
    expect(config.trustProxy).toEqual([compose.services.balancer.networks.default.ipv4_address])
    expect(volumes.map((volume: string) => volume.split(':')[1])).toEqual([own.CONFIG_FILE, config.stateDir])
    for (const name of Object.keys(own)) expect(namesRead()).toContain(name)
  })

  it.each(composed)('lets %s end by itself', (_name, { stop_grace_period: grace }) => {
    expect(secondsOf(grace)).toBeGreaterThan(STOP_WITHIN_MS / 1_000)
  })

  it('balances over all of its gateways, at the port that they listen on', () => {
    const servers = haproxy.filter((line) => line.startsWith('server ')).map((line) => line.split(' ').at(-1))
    expect(servers).toEqual(composed.map(([, { hostname }]) => `${hostname}:${imageEnvironment.PORT}`))
    expect(haproxy).toContain(`bind :${compose.services.balancer.ports[0].split(':').at(-1)}`)
  })
})

describe('haproxy.cfg', () => {
  const setting = (name: string) => haproxy.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1)

  it('asks whether a gateway is ready, and sends nothing again that was sent', () => {
    expect(setting('option httpchk')).toBe('GET /readyz')
    expect(routes).toContain('/readyz')
    expect(setting('retry-on')).toBe('conn-failure')
  })

  it('waits as long as an answer may take, and leaves idle connections before the gateway does', () => {
    const settings: Json = settingsSchema(vendors[0]!)
    expect(secondsOf(setting('timeout server')!) * 1_000).toBeGreaterThan(settings.properties.timeoutMs.maximum)
    expect(secondsOf(setting('timeout http-keep-alive')!) * 1_000).toBeLessThan(KEEP_ALIVE_MS)
  })

  it('sees that a gateway is told to stop before it closes anything', () => {
    const everyMs = Number(/ inter (\d+)ms fall 1 /.exec(setting('default-server')!)![1])
    expect(everyMs).toBeLessThanOrEqual(DRAIN_MS / 2)
  })

  it('answers for a gateway that is not there as the gateway would', () => {
    const answers = haproxy.filter((line) => line.startsWith('http-error ')).map((line) => /'(.+)'/.exec(line)![1]!)
    expect(answers.map((text) => JSON.parse(text).status)).toEqual([502, 503, 504])
    for (const text of answers) expect(JSON.parse(text).type).toBe(`urn:fachada:problem:${JSON.parse(text).code}`)
  })
})
