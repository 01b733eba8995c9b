// Makes sure that programs the tests start are on this machine: installs their Debian packages where that is possible, else fails at
// once with the line that does it. `node scripts/require.ts redis-server chromium`

import { spawnSync } from 'node:child_process'

const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

const missing = process.argv.slice(2).filter((program) => !isThere(program))
if (missing.length > 0) {
  const line = `apt-get update && apt-get install -y ${missing.join(' ')}`
  const canInstall = process.getuid?.() === 0 && isThere('apt-get')
  if (canInstall) {
    console.log(`Installing ${missing.join(', ')} …`)
    spawnSync('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  }
  const still = missing.filter((program) => !isThere(program))
  if (still.length > 0) {
    console.error(`The tests need ${still.join(', ')}. Install with:\n  sudo sh -c '${line}'`)
    process.exit(1)
  }
}
