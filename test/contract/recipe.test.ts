import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lojinha } from './recipe/index.ts'

// The recipe of src/vendors/README.md, tried on a small vendor that does not exist, in a copy of the tree.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const RECIPE = fileURLToPath(new URL('recipe/', import.meta.url))

let copy: string
const vendorFolder = () => join(copy, 'src/vendors', lojinha.id)

/** In this folder the vendor reaches the contract and the kernel by a longer way than in its own. */
async function addFolder(): Promise<void> {
  await cp(RECIPE, vendorFolder(), { recursive: true })
  for (const name of await readdir(vendorFolder(), { recursive: true })) {
    if (name.endsWith('.ts')) await edit(join(vendorFolder(), name), (text) => text.replaceAll('../../../src/', '../../'))
  }
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8')
  await writeFile(path, change(before))
}

/** Fails where there is no such place any more. */
function after(place: RegExp, added: string) {
  return (text: string) => {
    expect(text).toMatch(place)
    return text.replace(place, (found) => `${found}${added}`)
  }
}

const addToRegistry = () =>
  edit(join(copy, 'src/vendors/index.ts'), (text) =>
    after(/Object\.freeze\(\[/, `${lojinha.id}, `)(`import { ${lojinha.id} } from './${lojinha.id}/index.ts'\n${text}`),
  )

const ROWS = `
  lojinha: {
    customers: held(
      'name',
      ['holds', 'docs', 'name taxId.value address.city address.state notes'],
      ['derives', 'docs: it keeps one', 'emails.value emails.label phones.value phones.label'],
      ['derives', 'docs: from the document', 'kind taxId.type'],
      ['derives', 'docs: from the name of the city', 'address.cityCode'],
      ['derives', 'docs: everybody there is a customer', 'roles'],
      ['cannot', 'docs', 'tradeName contactName stateRegistration stateRegistrationStatus municipalRegistration suframa birthDate foundedOn'],
      ['cannot', 'docs', 'address.street address.number address.complement address.district address.postalCode address.country'],
      ['cannot', 'docs', \`\${DELIVERY} deliveryAddress.country finalConsumer segment \${SALESPERSON} \${PRE_REGISTRATION} tags customFields\`],
    ),
    products: null,
    sales: null,
    receivables: null,
  },`

const addRows = () => edit(join(copy, 'test/support/holds.ts'), after(/export const HOLDS[^=]*= \{/, ROWS))

/** Runs the suites of the contract over this vendor in the copy. */
function checkVendor(): Promise<{ passed: boolean; output: string }> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  // The process is a run of its own, and not a worker of this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [vitest, 'run', 'test/contract', 'test/architecture.test.ts', '-t', `${lojinha.id}|structure`, '--reporter=dot'],
      {
        cwd: copy,
        env: { ...env, NO_COLOR: '1' },
      },
    )
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    child.on('close', (code) => resolve({ passed: code === 0, output }))
  })
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'fachada-recipe-'))
  for (const name of [
    'src',
    'test/contract',
    'test/support',
    'test/architecture.test.ts',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ]) {
    await mkdir(join(copy, name, '..'), { recursive: true })
    await cp(join(ROOT, name), join(copy, name), { recursive: true })
  }
  // This very test would begin again there.
  for (const name of ['recipe', 'recipe.test.ts']) await rm(join(copy, 'test/contract', name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  await addFolder()
  await addToRegistry()
  await addRows()
})
afterAll(() => rm(copy, { recursive: true, force: true }))

it('makes a vendor out of a folder and a line, that the suites of the contract know', async () => {
  const { passed, output } = await checkVendor()
  expect(passed, output).toBe(true)
  expect(Number(/Tests\s+(\d+) passed/.exec(output)?.[1])).toBeGreaterThan(30)
})

it('lets nothing through that a case does not say', async () => {
  await edit(join(vendorFolder(), 'cases/customers.get.json'), (text) => text.replace('"name": "Papelaria', '"name": "Livraria'))
  const { passed, output } = await checkVendor()
  expect(passed).toBe(false)
  expect(output).toContain(`a case > ${lojinha.id} customers.get: one company`)
})
