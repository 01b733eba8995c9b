import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { clientWith, keyOf } from '../support/clients.ts'
import { RESULTS } from '../support/results.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'
import { launchChromium } from './chromium.ts'

let browser: Browser
beforeAll(async () => {
  mkdirSync(RESULTS, { recursive: true })
  browser = await launchChromium()
})
afterAll(() => browser.close())

let page: Page
let stores: TwoStores | undefined
let complaints: string[]
let hosts: Set<string>
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 1600 } })
  complaints = []
  hosts = new Set()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol !== 'data:' && protocol !== 'blob:') hosts.add(host)
  })
})
afterEach(async () => {
  await page.close()
  await stores?.close()
  stores = undefined
})

async function open(gateway: TwoStores): Promise<void> {
  stores = gateway
  await page.goto(`${gateway.gateway.url}/docs`)
  await page.locator('#operations-customers-listCustomers').waitFor()
}

/** Expands GET /customers, presses Try it out and Execute, and reads the answer that is shown. */
async function listCustomers(screenshot: string): Promise<{ status: string; body: string }> {
  const operation = page.locator('#operations-customers-listCustomers')
  if (!(await operation.locator('.opblock-body').isVisible())) await operation.locator('.opblock-summary-control').click()
  const tryIt = operation.getByRole('button', { name: 'Try it out' })
  if (await tryIt.isVisible()) await tryIt.click()
  const clear = operation.getByRole('button', { name: 'Clear' })
  if (await clear.isVisible()) await clear.click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  const answer = operation.locator('.live-responses-table')
  await answer.locator('.response-col_status').nth(1).waitFor()
  await answer.locator('.highlight-code').first().waitFor()
  await answer.evaluate((table) => table.scrollIntoView())
  await page.screenshot({ path: join(RESULTS, screenshot) })
  return {
    status: await answer.locator('.response .response-col_status').innerText(),
    body: await answer.locator('.highlight-code').first().innerText(),
  }
}

it('lets a person try a list and see its records, asking no other host', async () => {
  await open(await startTwoStores())
  await page.screenshot({ path: join(RESULTS, 'docs.png'), fullPage: true })
  const { status, body } = await listCustomers('docs-list.png')
  expect(status).toContain('200')
  expect(body).toContain('"id": "centro:1"')
  expect(body).toContain(`"name": "${stores!.centro.data.contatos.rows.get(1)!.nome}"`)
  expect(complaints).toEqual([])
  expect([...hosts]).toEqual([new URL(stores!.gateway.url).host])
})

it('shows the 401 without a key, and the records once a key was given to Authorize', async () => {
  await open(await startTwoStores({ clients: [clientWith('pessoa')] }))
  const refused = await listCustomers('docs-401.png')
  expect(refused.status).toContain('401')
  expect(refused.body).toContain('"code": "unauthenticated"')
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const dialog = page.locator('.auth-container')
  await dialog.locator('input').fill(keyOf('pessoa'))
  await dialog.getByRole('button', { name: 'Apply credentials' }).click()
  await page.locator('.btn-done').click()
  const { status, body } = await listCustomers('docs-authorized.png')
  expect(status).toContain('200')
  expect(body).toContain('"id": "centro:1"')
  // The browser itself reports the 401 that was asked for.
  expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
  expect([...hosts]).toEqual([new URL(stores!.gateway.url).host])
})
