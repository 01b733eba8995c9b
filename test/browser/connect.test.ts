import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Consent, startConsent } from '../support/consent.ts'
import { RESULTS } from '../support/results.ts'
import { launchChromium } from './chromium.ts'

let browser: Browser
beforeAll(async () => {
  mkdirSync(RESULTS, { recursive: true })
  browser = await launchChromium()
})
afterAll(() => browser.close())

let page: Page
let consent: Consent
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 800, height: 400 } })
})
afterEach(async () => {
  await page.close()
  await consent.close()
})

describe.each(['egestor', 'kommo'] as const)('a person who connects an account of %s', (vendor) => {
  beforeEach(async () => {
    consent = await startConsent(vendor)
    await consent.create('caixa')
    await page.goto(`${consent.gateway.url}/connections/caixa/authorize`)
  })

  const statusOf = async () => (await consent.gateway.fetch('/products?connection=caixa&limit=1')).status

  it('is sent to the vendor, agrees, and reads that it is connected', async () => {
    expect(await page.locator('p').innerText()).toBe('Permitir o acesso?')
    await page.locator('#approve').click()
    expect(await page.locator('h1').innerText()).toBe('Connected')
    expect(await page.locator('p').innerText()).toContain('Caixa <1> is connected')
    await page.screenshot({ path: join(RESULTS, `connect-${vendor}.png`) })
    expect(await statusOf()).toBe(200)
    await page.reload()
    expect(await page.locator('p').innerText()).toContain('used already')
    expect(await statusOf()).toBe(200)
  })

  it('says no, and reads that nothing was stored', async () => {
    await page.locator('#deny').click()
    expect(await page.locator('h1').innerText()).toBe('Not connected')
    expect(await statusOf()).toBe(424)
  })
})
