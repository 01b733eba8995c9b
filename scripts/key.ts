// Makes a client key and its hash: the key goes to the client, the hash into gateway.config.json. `npm run key`

import { createHash, randomBytes } from 'node:crypto'

const key = randomBytes(32).toString('base64url')
console.log(`key:     ${key}`)
console.log(`keyHash: sha256:${createHash('sha256').update(key).digest('hex')}`)
