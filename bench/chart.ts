import type { Scenario } from './contestants.ts'
import type { Rounds } from './measure.ts'
import { spread } from './numbers.ts'

// The throughput of the last run as a picture, for the README. It is drawn on white, since it may be shown on any ground.

const WIDTH = 760
const BAR_X = 200
const BAR_WIDTH = 440
const BAR_HEIGHT = 18
const STEP = 24
const TITLE_HEIGHT = 34
const GAP = 14

const TITLES: Record<Scenario, string> = { single: 'Single read', list: 'List of 50', create: 'Create, its record read back' }

const text = (x: number, y: number, words: string, more = '') => `<text x="${x}" y="${y}"${more}>${words}</text>`

function bar(y: number, name: string, isOurs: boolean, perSecond: number, most: number): string {
  const width = Math.max(1, Math.round((perSecond / most) * BAR_WIDTH))
  const middle = y + BAR_HEIGHT - 5
  return [
    text(BAR_X - 10, middle, name, ' text-anchor="end"'),
    `<rect x="${BAR_X}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2" fill="${isOurs ? '#0b7a53' : '#b6bcc4'}"/>`,
    text(BAR_X + width + 8, middle, Math.round(perSecond).toLocaleString('en')),
  ].join('\n')
}

/** Requests per second, medians; of those that answer with records in our words. What only relays has no place among them. */
export function chart(throughput: Map<Scenario, Map<string, Rounds>>, gateways: readonly string[], mapping: readonly string[]): string {
  const shown = [...gateways, ...mapping]
  const parts: string[] = []
  let y = 8
  for (const [scenario, rounds] of throughput) {
    const speeds = shown.map((name) => spread(rounds.get(name)!.perSecond).median)
    const most = Math.max(...speeds)
    parts.push(text(16, y + 20, `${TITLES[scenario]}, requests per second`, ' font-weight="600"'))
    y += TITLE_HEIGHT
    for (const [index, name] of shown.entries()) {
      parts.push(bar(y, name, gateways.includes(name), speeds[index]!, most))
      y += STEP
    }
    y += GAP
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2328">`,
    '<title>Throughput of the gateway and of what one would write instead</title>',
    `<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}
