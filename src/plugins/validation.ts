import { Ajv, type Options, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaValidationError } from 'fastify'
import fp from 'fastify-plugin'
import { COMPONENTS } from '../contract/components.ts'

const STRICT: Options = {
  removeAdditional: false,
  useDefaults: false,
  allErrors: false,
  strict: true,
  allowUnionTypes: true,
  strictTypes: false,
  // TypeBox makes them: that they are schemas is no question at each start.
  validateSchema: false,
}

function compiler(options: Options): Ajv {
  const ajv = new Ajv({ ...STRICT, ...options })
  addFormats.default(ajv, ['date', 'date-time'])
  ajv.addVocabulary(['hide'])
  for (const schema of COMPONENTS) ajv.addSchema(schema)
  return ajv
}

/** Bodies are taken as they are; in paths and queries, where everything is text, numbers and switches are read from it. Answers are plain JSON. */
export const validation = fp(
  async (app) => {
    for (const schema of COMPONENTS) app.addSchema(schema)
    const ofBodies = compiler({ coerceTypes: false })
    const ofText = compiler({ coerceTypes: 'array' })
    // Compiled when it is first needed: all together they are a fifth of the start.
    app.setValidatorCompiler(({ schema, httpPart }) => {
      let validate: ValidateFunction | undefined
      return (value: unknown) => {
        validate ??= (httpPart === 'body' ? ofBodies : ofText).compile(schema as object)
        return validate(value) || { error: validate.errors as FastifySchemaValidationError[] }
      }
    })
    // Records are literals with a fixed shape, and measured here a compiled serialiser gains nothing over the engine's own.
    app.setSerializerCompiler(() => JSON.stringify)
  },
  { name: 'validation' },
)
