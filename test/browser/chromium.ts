import { chromium } from 'playwright-core'

const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

/** Debian's Chromium: none is downloaded. */
export const launchChromium = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
