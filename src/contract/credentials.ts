import { Type } from 'typebox'

/** Credentials of an application that a person lets in at the vendor (OAuth 2, authorization code). */
export const AuthorizationCode = Type.Object(
  {
    grant: Type.Literal('authorization_code'),
    clientId: Type.String({ minLength: 1 }),
    clientSecret: Type.String({ minLength: 1 }),
    redirectUri: Type.String({ minLength: 1 }),
    refreshToken: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)
