/** The hooks of a route with one more. What a route needs is settled when it is made: asking a request for its route's options makes them anew. */
export const added = <Hook>(hooks: Hook | Hook[] | undefined, hook: Hook): Hook[] =>
  hooks === undefined ? [hook] : Array.isArray(hooks) ? [...hooks, hook] : [hooks, hook]
