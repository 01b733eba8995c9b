// A row and what was read beside it. It hangs on a symbol, which is no part of JSON: what a client sees as `raw` stays Kommo's own.

const AROUND = Symbol('around')

export const withAround = (row: unknown, around: object): unknown =>
  typeof row === 'object' && row !== null && !Array.isArray(row) ? { ...row, [AROUND]: around } : row

export const aroundOf = <T extends object>(row: object, otherwise: T): T => (row as { [AROUND]?: T })[AROUND] ?? otherwise
