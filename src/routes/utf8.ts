// Texts as bytes, written side by side into large buffers: what is sent is neither joined nor measured before, which for an answer of
// 50 kB would copy it three times over.

const SLAB_BYTES = 256 * 1024
/** What UTF-8 takes for one UTF-16 unit at most. */
const MOST_BYTES_PER_UNIT = 3

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
let used = 0

/** The texts one after another, as bytes that stand only until the next are written. */
export function scratch(...texts: readonly string[]): Buffer {
  let most = 0
  for (const text of texts) most += text.length * MOST_BYTES_PER_UNIT
  if (most > SLAB_BYTES) return Buffer.from(texts.join(''))
  // Whoever still sends a part of the full one keeps it alive.
  if (used + most > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
    used = 0
  }
  let end = used
  for (const text of texts) end += slab.write(text, end)
  return slab.subarray(used, end)
}

/** The texts one after another, as bytes to keep. */
export function utf8(...texts: readonly string[]): Buffer {
  const bytes = scratch(...texts)
  if (bytes.buffer === slab.buffer) used += bytes.length
  return bytes
}
