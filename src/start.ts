import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// What `npm start` runs. What Node compiles, types taken off, is kept beside the packages when the process ends: the next start takes little
// more than half the time. Where nothing can be written there, every start is a first one.

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/fachada', import.meta.url)))
await import('./server.ts')
